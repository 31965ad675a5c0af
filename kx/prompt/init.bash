# kx: the kubectl context and namespace in front of the prompt.  eval "$(kx prompt init bash)"
__kx_prompt() {
  local status=$?
  {python} -I -S {script} bash 2>/dev/null
  return "$status"
}
case "$PS1" in
*__kx_prompt*) ;;
*) PS1='$(__kx_prompt)'"$PS1" ;;
esac
