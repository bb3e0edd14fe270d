# SPDX-License-Identifier: Apache-2.0
# Completion for bash: asks the program itself, so that it is never out of date.
_crossdock() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path=() part
    if [ "$before" = --config ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    for part in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $part in
            -*) break ;;
            *) path+=("$part") ;;
        esac
    done
    local help
    help=$("${COMP_WORDS[0]}" "${path[@]}" --help 2>/dev/null) || return
    mapfile -t COMPREPLY < <(compgen -W "$(printf '%s\n' "$help" | awk '
        /^Subcommands:/ { commands = 1; next }
        /^[^ ]/         { commands = 0 }
        /^  [a-z]/ && commands { print $1 }
        /^  -/ { for (i = 1; i <= 2; i++) { n = split($i, names, ","); for (j = 1; j <= n; j++) if (names[j] ~ /^-/) print names[j] } }
    ')" -- "$word")
}
complete -F _crossdock crossdock
