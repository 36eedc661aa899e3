# fish completion for snapstore-client; generated from its declarations.

# Sets `place` to the commands typed so far, and `positionals` to how many words follow them.
function _snapstore_client_walk --no-scope-shadowing
    set place
    set positionals 0
    set -l pending
    set -l ended
    for word in (commandline -opc)[2..-1]
        if test -n "$pending"
            set pending
        else if test -z "$ended"; and test "x$word" = x--
            set ended 1
        else if test -z "$ended"; and string match -q -- '-*' $word
            switch "$place $word"
                case ' --store' ' --ca-file' '/login --store' '/login --ca-file' '/logout --store' '/logout --ca-file' '/whoami --store' '/whoami --ca-file' '/override --store' '/override --ca-file' '/list-overrides --store' '/list-overrides --ca-file' '/delete-override --store' '/delete-override --ca-file'
                    set pending 1
            end
        else
            switch "$place/$word"
                case '/login' '/logout' '/whoami' '/override' '/list-overrides' '/delete-override'
                    set place "$place/$word"
                case '*'
                    set positionals (math $positionals + 1)
            end
        end
    end
end

function _snapstore_client_at
    set -l place
    set -l positionals
    _snapstore_client_walk
    test "$place" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test "$argv[2]" = '*'; or test "$argv[2]" = "$positionals"
end

function _snapstore_client_dynamic
    set -l program (commandline -opc)[1]
    $program __complete $argv[1] (commandline -ct | string replace -r '^--[^=]*=' '') 2>/dev/null
end

complete -c snapstore-client -f
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a login -d 'Log in to a store with an Ubuntu SSO account, or with an exported token'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a logout -d 'Forget the login of a store'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a whoami -d 'Say who is logged in where'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a override -d 'Make devices get a revision from a channel, whatever the channel holds'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a list-overrides -d 'List the overrides of one snap, or of all'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a delete-override -d 'Make devices get what a channel holds again, on every architecture'
complete -c snapstore-client -n '_snapstore_client_at \'\' 0' -a help -d 'Show help about a command'
complete -c snapstore-client -n '_snapstore_client_at \'\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'\'' -l version -d 'Show the version'
complete -c snapstore-client -n '_snapstore_client_at \'/login\'' -l json -d 'Print JSON on standard output'
complete -c snapstore-client -n '_snapstore_client_at \'/login\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/login\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/login\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/login\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/logout\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/logout\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/logout\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/logout\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/whoami\'' -l json -d 'Print JSON on standard output'
complete -c snapstore-client -n '_snapstore_client_at \'/whoami\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/whoami\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/whoami\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/whoami\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -l plan -d 'Say what would change, and change nothing'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -l json -d 'Print JSON on standard output'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/override\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/override\' 0' -a '(_snapstore_client_dynamic overridden-snaps)'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\'' -l json -d 'Print JSON on standard output'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/list-overrides\' 0' -a '(_snapstore_client_dynamic overridden-snaps)'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -l plan -d 'Say what would change, and change nothing'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -l json -d 'Print JSON on standard output'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -l store -x -a '(_snapstore_client_dynamic stores)' -d 'The address of the store (default: the one that was logged in to last)'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -l help -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\'' -s h -d 'Show help'
complete -c snapstore-client -n '_snapstore_client_at \'/delete-override\' 0' -a '(_snapstore_client_dynamic overridden-snaps)'
complete -c snap-store-proxy-client -w snapstore-client
