#compdef experiment
# Completion of experiment for zsh: source this file after compinit, or put it into $fpath as _experiment.
_experiment() {
	local -a candidates folders
	candidates=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	folders=("${(@M)candidates:#*/}")
	candidates=("${(@)candidates:#*/}")
	compadd -S '' -- "${(@)folders:#}"
	compadd -- "${(@)candidates:#}"
}
if [ "$funcstack[1]" = _experiment ]; then
	_experiment "$@"
else
	compdef _experiment experiment
fi
