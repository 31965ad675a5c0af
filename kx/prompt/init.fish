# kx: the kubectl context and namespace in front of the prompt.  kx prompt init fish | source
function __kx_prompt
    set -l kx_status $status
    {python} -I -S {script} fish 2>/dev/null
    return $kx_status
end
if not functions -q __kx_prompt_before
    functions -c fish_prompt __kx_prompt_before
    function fish_prompt
        __kx_prompt
        __kx_prompt_before
    end
end
