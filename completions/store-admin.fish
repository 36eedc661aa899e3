# fish completion for store-admin; generated from its declarations.

# Sets `place` to the commands typed so far, and `positionals` to how many words follow them.
function _store_admin_walk --no-scope-shadowing
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
                case ' --upstream' ' --root-key' '/register --output-file' '/register --program' '/register --manual' '/register --upstream' '/register --root-key' '/export --upstream' '/export --root-key' '/export/snaps --channel' '/export/snaps --arch' '/export/snaps --export-dir' '/export/snaps --from-yaml' '/export/snaps --store' '/export/snaps --jobs' '/export/snaps -j' '/export/snaps --limit-rate' '/export/snaps --against' '/export/snaps --volume-size' '/export/snaps --upstream' '/export/snaps --root-key' '/export/store --arch' '/export/store --channel' '/export/store --key' '/export/store --export-dir' '/export/store --jobs' '/export/store -j' '/export/store --limit-rate' '/export/store --against' '/export/store --volume-size' '/export/store --upstream' '/export/store --root-key' '/export/token --format' '/export/token --upstream' '/export/token --root-key' '/export/verify --upstream' '/export/verify --root-key' '/login --ca-file' '/login --upstream' '/login --root-key' '/logout --upstream' '/logout --root-key' '/whoami --upstream' '/whoami --root-key'
                    set pending 1
            end
        else
            switch "$place/$word"
                case '/register' '/export' '/export/snaps' '/export/store' '/export/token' '/export/verify' '/login' '/logout' '/whoami'
                    set place "$place/$word"
                case '*'
                    set positionals (math $positionals + 1)
            end
        end
    end
end

function _store_admin_at
    set -l place
    set -l positionals
    _store_admin_walk
    test "$place" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test "$argv[2]" = '*'; or test "$argv[2]" = "$positionals"
end

function _store_admin_dynamic
    set -l program (commandline -opc)[1]
    $program __complete $argv[1] (commandline -ct | string replace -r '^--[^=]*=' '') 2>/dev/null
end

complete -c store-admin -f
complete -c store-admin -n '_store_admin_at \'\' 0' -a register -d 'Register a store with the upstream store'
complete -c store-admin -n '_store_admin_at \'\' 0' -a export -d 'Export from the upstream store'
complete -c store-admin -n '_store_admin_at \'\' 0' -a login -d 'Log in at a store behind an air gap, with the token that was exported with it'
complete -c store-admin -n '_store_admin_at \'\' 0' -a logout -d 'Forget the login at the store that was logged in to last'
complete -c store-admin -n '_store_admin_at \'\' 0' -a whoami -d 'Say who is logged in at the store that was logged in to last, as the store sees it'
complete -c store-admin -n '_store_admin_at \'\' 0' -a help -d 'Show help about a command'
complete -c store-admin -n '_store_admin_at \'\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'\'' -l version -d 'Show the version'
complete -c store-admin -n '_store_admin_at \'/register\'' -l offline -d 'Make a package that installs the registered store on a host without internet'
complete -c store-admin -n '_store_admin_at \'/register\'' -l output-file -x -F -d 'Write the registration bundle there instead of to standard output'
complete -c store-admin -n '_store_admin_at \'/register\'' -l program -x -F -d 'The snap-proxy to put into the package (default: the one beside this program)'
complete -c store-admin -n '_store_admin_at \'/register\'' -l manual -x -a '(__fish_complete_directories)' -d 'The manual to put into the package, made by scripts/manual (default: the one installed with this program)'
complete -c store-admin -n '_store_admin_at \'/register\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/register\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/register\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/register\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/register\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export\' 0' -a snaps -d 'Export snaps from the upstream store, one tarball for each'
complete -c store-admin -n '_store_admin_at \'/export\' 0' -a store -d 'Export a brand\'s store with its snaps, as one tarball'
complete -c store-admin -n '_store_admin_at \'/export\' 0' -a token -d 'Print a token for authentication without a browser'
complete -c store-admin -n '_store_admin_at \'/export\' 0' -a verify -d 'Prove that tarballs are whole and trustworthy, without network and database'
complete -c store-admin -n '_store_admin_at \'/export\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/export\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/export\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l channel -x -d 'Export what this channel holds (default stable)'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l arch -x -a 'amd64 arm64 armhf i386 ppc64el riscv64 s390x' -d 'Export for this architecture (default amd64)'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l export-dir -x -a '(__fish_complete_directories)' -d 'Where the tarballs go'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l from-yaml -x -F -d 'A list of packages with name, revision and push_channel'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l store -x -d 'Export from this private store; you are asked to log in'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l jobs -x -d 'Download so many files at once'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -s j -x -d 'Download so many files at once'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l limit-rate -x -d 'Download no faster than so many bytes a second, for example 10M'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l against -x -F -d 'Leave out what the store has already, as its \'snap-proxy inventory\' says'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l volume-size -x -d 'Spread a larger tarball over volumes of at most so many bytes, for example 4G'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l keep-going -d 'Export the other snaps when one fails, and say at the end which did'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l plan -d 'Say what would be exported, and move nothing'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l with-deps -d 'Export bases, snapd and content providers too'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/snaps\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l arch -x -a 'amd64 arm64 armhf i386 ppc64el riscv64 s390x' -d 'Export for this architecture (default amd64)'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l channel -x -d 'Export what this channel holds (default stable)'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l key -x -d 'Export this account-key too; name those that sign the devices\' models and serials'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l no-snaps -d 'Export no revisions, only the declarations of snaps'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l export-dir -x -a '(__fish_complete_directories)' -d 'Where the tarballs go'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l jobs -x -d 'Download so many files at once'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -s j -x -d 'Download so many files at once'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l limit-rate -x -d 'Download no faster than so many bytes a second, for example 10M'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l against -x -F -d 'Leave out what the store has already, as its \'snap-proxy inventory\' says'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l volume-size -x -d 'Spread a larger tarball over volumes of at most so many bytes, for example 4G'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l keep-going -d 'Export the other snaps when one fails, and say at the end which did'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l plan -d 'Say what would be exported, and move nothing'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/store\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/token\'' -l format -x -a 'token snapcraft' -d 'The token alone, or as snapcraft takes it in SNAPCRAFT_STORE_CREDENTIALS'
complete -c store-admin -n '_store_admin_at \'/export/token\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/export/token\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/export/token\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/token\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/verify\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/export/verify\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/export/verify\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/export/verify\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/verify\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/export/verify\' \'*\'' -F
complete -c store-admin -n '_store_admin_at \'/login\'' -l offline -d 'Log in at a store behind an air gap; nobody else is asked'
complete -c store-admin -n '_store_admin_at \'/login\'' -l ca-file -x -F -d 'Verify the store\'s certificate against this PEM file only'
complete -c store-admin -n '_store_admin_at \'/login\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/login\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/login\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/login\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/login\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/logout\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/logout\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/logout\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/logout\'' -s h -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/whoami\'' -l json -d 'Print JSON on standard output'
complete -c store-admin -n '_store_admin_at \'/whoami\'' -l upstream -x -d 'Use this address for every service of the upstream store'
complete -c store-admin -n '_store_admin_at \'/whoami\'' -l root-key -x -d 'Trust these root keys instead of Canonical\'s; ids separated by commas'
complete -c store-admin -n '_store_admin_at \'/whoami\'' -l help -d 'Show help'
complete -c store-admin -n '_store_admin_at \'/whoami\'' -s h -d 'Show help'
