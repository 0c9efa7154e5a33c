package sweep

import (
	"errors"
	"fmt"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

// Complete returns a configuration with every setting of its pipeline: what a recorded one leaves out,
// because it was recorded before the setting came or is at the setting's default, is filled in. It
// refuses a configuration that the pipeline cannot run: an unknown setting, a value of another type or
// out of range, settings that do not go together.
func Complete(config run.Config) (run.Config, error) {
	pipeline, ok := catalogue.FindPipeline(config.Pipeline())
	if !ok {
		return run.Config{}, fmt.Errorf("completing configuration: there is no pipeline %q", config.Pipeline())
	}
	completed, err := complete(pipeline, config)
	if err != nil {
		return run.Config{}, fmt.Errorf("completing configuration: %w", err)
	}
	return completed, nil
}

func complete(pipeline catalogue.Pipeline, config run.Config) (run.Config, error) {
	seed, ok := config.Get(seedPath)
	if _, whole := seed.(int64); !ok || !whole || config.Seed() < 0 {
		return run.Config{}, errors.New("the seed must be a whole number that is not negative")
	}
	fields := []run.Field{{Path: "pipeline", Value: pipeline.Name}, {Path: seedPath, Value: seed}}
	for _, section := range pipeline.Sections {
		choice := ""
		if len(section.Choices) > 0 {
			path := section.Path + "." + nameKey
			name, err := stored(config, path, catalogue.Parameter{Kind: catalogue.Text, Default: section.Default})
			if err != nil {
				return run.Config{}, err
			}
			choice, _ = name.(string)
			if _, ok := section.Choice(choice); !ok {
				return run.Config{}, fmt.Errorf("there is no %s %q", section.Path, choice)
			}
			fields = append(fields, run.Field{Path: path, Value: name})
		}
		for _, p := range parameters(&section, choice) {
			path := section.Path + "." + p.Name
			value, err := stored(config, path, p)
			if err != nil {
				return run.Config{}, err
			}
			fields = append(fields, run.Field{Path: path, Value: value})
		}
	}
	completed, err := run.NewConfig(fields)
	if err != nil {
		return run.Config{}, err
	}
	return completed, errors.Join(unknownField(config, completed), broken(pipeline, completed))
}

// stored returns the value of a parameter in a configuration, its default where it is left out.
func stored(config run.Config, path string, p catalogue.Parameter) (any, error) {
	value, ok := config.Get(path)
	if !ok {
		return p.Default, nil
	}
	fits, inRange := false, true
	switch v := value.(type) {
	case int64:
		fits, inRange = p.Kind == catalogue.Int, p.Contains(float64(v))
	case float64:
		fits, inRange = p.Kind == catalogue.Float, p.Contains(v)
	case string:
		fits, inRange = p.Kind == catalogue.Text, p.Allows(v)
	case bool:
		fits = p.Kind == catalogue.Bool
	}
	switch {
	case !fits:
		return nil, fmt.Errorf("%s is %s of type %T, not %v", path, catalogue.FormatValue(value), value, p.Kind)
	case !inRange:
		return nil, fmt.Errorf("%s is %s, and its range is %s", path, catalogue.FormatValue(value), p.Range())
	}
	return value, nil
}

// unknownField reports the first field that a configuration has and the completed one has not.
func unknownField(config, completed run.Config) error {
	for _, f := range config.Fields() {
		if _, ok := completed.Get(f.Path); !ok {
			return fmt.Errorf("there is no setting %q", f.Path)
		}
	}
	return nil
}

// broken reports the rules of a pipeline that a configuration breaks.
func broken(pipeline catalogue.Pipeline, config run.Config) error {
	var list []error
	for _, rule := range pipeline.Rules {
		if err := rule.Check(config); err != nil {
			list = append(list, fmt.Errorf("%s: %w", rule.Path, err))
		}
	}
	return errors.Join(list...)
}
