"""What to say after a command ran: why it failed or what in its output is not as it should be, and where to look "
"next."""
