package calibration

import "fmt"

// MaxVectorWork bounds examples × classes², to which the time of a step of FitVector is proportional: at the bound the
// whole fit takes ten to twenty seconds of one core.
const MaxVectorWork = 5e8

// CheckVector says why FitVector is not worth its time on so many examples of so many classes: it has two parameters
// for each class, and its time grows with the square of the classes. FitVector itself does not ask.
func CheckVector(examples, classes int) error {
	switch {
	case examples < 2*classes:
		return fmt.Errorf("fitting vector scaling: its parameters, 2 for each of %d classes, are more than the %d examples", classes, examples)
	case float64(examples)*float64(classes)*float64(classes) > MaxVectorWork:
		return fmt.Errorf("fitting vector scaling: %d examples × %d² classes are more than %g", examples, classes, MaxVectorWork)
	}
	return nil
}
