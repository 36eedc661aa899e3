# fish completion for snap-proxy; generated from its declarations.

# Sets `place` to the commands typed so far, and `positionals` to how many words follow them.
function _snap_proxy_walk --no-scope-shadowing
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
                case ' --state-dir' '/config --state-dir' '/import-registration --root-key' '/import-registration --state-dir' '/enable-airgap-mode --state-dir' '/disable-airgap-mode --state-dir' '/push-snap --state-dir' '/list-pushed-snaps --state-dir' '/remove-snap --state-dir' '/prune --keep' '/prune --state-dir' '/disk-usage --state-dir' '/status --state-dir' '/serve --state-dir' '/database --state-dir' '/database/start --state-dir' '/database/stop --state-dir'
                    set pending 1
            end
        else
            switch "$place/$word"
                case '/config' '/import-registration' '/enable-airgap-mode' '/disable-airgap-mode' '/push-snap' '/list-pushed-snaps' '/remove-snap' '/prune' '/disk-usage' '/status' '/serve' '/database' '/database/start' '/database/stop'
                    set place "$place/$word"
                case '*'
                    set positionals (math $positionals + 1)
            end
        end
    end
end

function _snap_proxy_at
    set -l place
    set -l positionals
    _snap_proxy_walk
    test "$place" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test "$argv[2]" = '*'; or test "$argv[2]" = "$positionals"
end

function _snap_proxy_dynamic
    set -l program (commandline -opc)[1]
    $program __complete $argv[1] (commandline -ct | string replace -r '^--[^=]*=' '') 2>/dev/null
end

complete -c snap-proxy -f
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a config -d 'Print or change the configuration'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a import-registration -d 'Make this host the proxy that was registered elsewhere'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a enable-airgap-mode -d 'Make the proxy a store of its own, without an upstream'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a disable-airgap-mode -d 'Make the proxy forward to the upstream store again'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a push-snap -d 'Bring exported snaps into the store'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a list-pushed-snaps -d 'List the snaps in the store'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a remove-snap -d 'Remove a snap, or one of its revisions, and free its room on the disk'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a prune -d 'Remove old revisions, and files that nothing needs'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a disk-usage -d 'Say how much room the snaps take'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a status -d 'Say how the store is: registration, mode, database and services'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a serve -d 'Serve devices until SIGTERM or SIGINT; running requests are finished first'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a database -d 'The private PostgreSQL, used while proxy.db.connection is unset'
complete -c snap-proxy -n '_snap_proxy_at \'\' 0' -a help -d 'Show help about a command'
complete -c snap-proxy -n '_snap_proxy_at \'\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'\'' -l version -d 'Show the version'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -l export-yaml -d 'Print all that is set as YAML, with secrets'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -l import-yaml -d 'Set what a YAML document on standard input says'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -l json -d 'Print JSON on standard output'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/config\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/config\' \'*\'' -a '(_snap_proxy_dynamic configuration-keys)'
complete -c snap-proxy -n '_snap_proxy_at \'/import-registration\'' -l root-key -x -d 'Trust these root keys from now on, instead of Canonical\'s'
complete -c snap-proxy -n '_snap_proxy_at \'/import-registration\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/import-registration\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/import-registration\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/import-registration\' 0' -F
complete -c snap-proxy -n '_snap_proxy_at \'/enable-airgap-mode\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/enable-airgap-mode\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/enable-airgap-mode\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/disable-airgap-mode\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/disable-airgap-mode\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/disable-airgap-mode\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\'' -l push-channel-map -d 'Give channels that hold something the tarball\'s revisions'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\'' -l json -d 'Print JSON on standard output'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/push-snap\' \'*\'' -F
complete -c snap-proxy -n '_snap_proxy_at \'/list-pushed-snaps\'' -l json -d 'Print JSON on standard output'
complete -c snap-proxy -n '_snap_proxy_at \'/list-pushed-snaps\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/list-pushed-snaps\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/list-pushed-snaps\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/remove-snap\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/remove-snap\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/remove-snap\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/remove-snap\' 0' -a '(_snap_proxy_dynamic pushed-snaps)'
complete -c snap-proxy -n '_snap_proxy_at \'/prune\'' -l keep -x -d 'Keep so many revisions of each snap and architecture, and all that channels hold'
complete -c snap-proxy -n '_snap_proxy_at \'/prune\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/prune\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/prune\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/disk-usage\'' -l json -d 'Print JSON on standard output'
complete -c snap-proxy -n '_snap_proxy_at \'/disk-usage\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/disk-usage\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/disk-usage\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/status\'' -l json -d 'Print JSON on standard output'
complete -c snap-proxy -n '_snap_proxy_at \'/status\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/status\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/status\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/serve\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/serve\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/serve\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database\' 0' -a start -d 'Start the private PostgreSQL; every command that needs it does so too'
complete -c snap-proxy -n '_snap_proxy_at \'/database\' 0' -a stop -d 'Stop the private PostgreSQL, for example before the machine is moved'
complete -c snap-proxy -n '_snap_proxy_at \'/database\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/database\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database/start\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/database/start\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database/start\'' -s h -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database/stop\'' -l state-dir -x -a '(__fish_complete_directories)' -d 'Where the proxy keeps everything'
complete -c snap-proxy -n '_snap_proxy_at \'/database/stop\'' -l help -d 'Show help'
complete -c snap-proxy -n '_snap_proxy_at \'/database/stop\'' -s h -d 'Show help'
complete -c snap-store-proxy -w snap-proxy
complete -c enterprise-store -w snap-proxy
