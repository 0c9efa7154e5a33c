package lockstep_test

import (
	"slices"
	"testing"

	"experiment/internal/run"
	"experiment/pipelines/lockstep"
)

// config returns a run with these settings changed or added.
func config(t *testing.T, changes ...run.Field) run.Config {
	t.Helper()
	fields := []run.Field{
		{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(0)},
		{Path: "data.name", Value: "gaussians"}, {Path: "data.classes", Value: int64(3)}, {Path: "data.dimensions", Value: int64(2)},
		{Path: "data.train", Value: int64(1000)},
		{Path: "model.name", Value: "mlp"}, {Path: "model.width", Value: int64(32)}, {Path: "model.depth", Value: int64(2)},
		{Path: "loss.name", Value: "focal"}, {Path: "loss.gamma", Value: 2.0},
		{Path: "optimizer.name", Value: "sgd"}, {Path: "optimizer.lr", Value: 0.1}, {Path: "optimizer.momentum", Value: 0.9},
		{Path: "optimizer.nesterov", Value: false}, {Path: "optimizer.weight_decay", Value: 0.0},
		{Path: "train.epochs", Value: int64(4)}, {Path: "train.batch", Value: int64(128)},
	}
	for _, change := range changes {
		fields = slices.DeleteFunc(fields, func(f run.Field) bool { return f.Path == change.Path })
		fields = append(fields, change)
	}
	c, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShape(t *testing.T) {
	shape := lockstep.Shape(config(t))
	for _, f := range []run.Field{
		{Path: "seed", Value: int64(7)}, {Path: "loss.name", Value: "mmce"}, {Path: "loss.gamma", Value: 1.0}, {Path: "loss.lambda", Value: 3.0},
		{Path: "optimizer.lr", Value: 0.2}, {Path: "optimizer.momentum", Value: 0.5}, {Path: "optimizer.weight_decay", Value: 0.1},
	} {
		if got := lockstep.Shape(config(t, f)); got != shape {
			t.Errorf("another %s is another shape: %s", f.Path, got)
		}
	}
	for _, f := range []run.Field{
		{Path: "data.train", Value: int64(2000)}, {Path: "data.name", Value: "mnist"}, {Path: "data.classes", Value: int64(4)},
		{Path: "model.name", Value: "cnn"}, {Path: "model.width", Value: int64(33)},
		{Path: "optimizer.name", Value: "adamw"}, {Path: "optimizer.nesterov", Value: true}, {Path: "optimizer.momentum", Value: 0.0},
		{Path: "optimizer.schedule.name", Value: "cosine"}, {Path: "train.epochs", Value: int64(5)}, {Path: "train.batch", Value: int64(64)},
		{Path: "train.anything", Value: true}, // a setting of a later version is of the shape until it is known not to be
	} {
		if lockstep.Shape(config(t, f)) == shape {
			t.Errorf("another %s is the same shape", f.Path)
		}
	}
	if got := lockstep.Shape(config(t, run.Field{Path: "pipeline", Value: "bound"})); got != "" {
		t.Errorf("what does not train has the shape %q", got)
	}
}

func TestReplicas(t *testing.T) {
	whole := func(path string, value int64) run.Field { return run.Field{Path: path, Value: value} }
	tests := []struct {
		name    string
		changes []run.Field
		device  string
		want    int
	}{
		{"small", nil, "cpu", 16},
		{"10-64-64-10, batch 32", []run.Field{whole("data.dimensions", 10), whole("data.classes", 10), whole("model.width", 64), whole("train.batch", 32)}, "cpu", 16},
		{"10-64-64-10", []run.Field{whole("data.dimensions", 10), whole("data.classes", 10), whole("model.width", 64)}, "cpu", 8},
		{"10-256-10", []run.Field{whole("data.dimensions", 10), whole("data.classes", 10), whole("model.width", 256), whole("model.depth", 1)}, "cpu", 8},
		{"10-256-256-10, batch 32", []run.Field{whole("data.dimensions", 10), whole("data.classes", 10), whole("model.width", 256), whole("train.batch", 32)}, "cpu", 1},
		{"logistic regression", []run.Field{whole("model.depth", 0), whole("model.width", 65536)}, "cpu", 16},
		{"images", []run.Field{{Path: "data.name", Value: "mnist"}}, "cpu", 1},
		{"logistic regression of images, batch 16", []run.Field{{Path: "data.name", Value: "mnist"}, whole("model.depth", 0), whole("train.batch", 16)}, "cpu", 16},
		{"convolutions", []run.Field{{Path: "model.name", Value: "cnn"}, {Path: "data.name", Value: "mnist"}}, "cpu", 1},
		{"a device that nobody measured", nil, "cuda:0", 1},
		{"what does not train", []run.Field{{Path: "pipeline", Value: "bound"}}, "cpu", 1},
	}
	for _, test := range tests {
		if got := lockstep.Replicas(config(t, test.changes...), test.device); got != test.want {
			t.Errorf("%s on %s: %d, want %d", test.name, test.device, got, test.want)
		}
	}
}

func TestExact(t *testing.T) {
	cnn := config(t, run.Field{Path: "model.name", Value: "cnn"})
	if !lockstep.Exact(config(t), "cpu") || lockstep.Exact(config(t), "cuda") || lockstep.Exact(cnn, "cpu") {
		t.Error("only linear layers on a CPU have the same bits side by side as alone")
	}
}
