# Completion of experiment for fish: save as ~/.config/fish/completions/experiment.fish.
function __experiment_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    $words[1] __complete $words[2..-1] "$current" 2>/dev/null
end
complete -c experiment -f -a '(__experiment_complete)'
