# kx: the kubectl context and namespace in front of the prompt.  eval "$(kx prompt init zsh)"
__kx_prompt() {
  local kx_status=$?
  {python} -I -S {script} zsh 2>/dev/null
  return "$kx_status"
}
setopt PROMPT_SUBST
[[ "$PROMPT" == *__kx_prompt* ]] || PROMPT='$(__kx_prompt)'"$PROMPT"
