package run_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// TestConfigReaderReadsWhatWasWritten: one reader for many configurations gives each as it was.
func TestConfigReaderReadsWhatWasWritten(t *testing.T) {
	var reader run.ConfigReader
	rapid.Check(t, func(t *rapid.T) {
		config, err := run.NewConfig(drawFields(t))
		if err != nil {
			t.Fatal(err)
		}
		text, err := config.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		read, err := reader.Read(slices.Clone(text))
		if err != nil || read.Key() != config.Key() || !slices.Equal(read.Fields(), config.Fields()) {
			t.Fatalf("%s is read as %v, error %v", text, read.Fields(), err)
		}
	})
}

// FuzzConfigReader: whatever the bytes, a reader and UnmarshalJSON say the same of them.
func FuzzConfigReader(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":1}`, `{"a":{"b":1.5,"c":"x"},"d":true}`, `{"b":1,"a":2}`, `{"a":1,"a":{"b":2}}`, `{"a":{}}`, `{"a":"\u00e9"}`, `{"a":"é"}`,
		` {"a": 1}`, `{"a":1e5}`, `{"a":01}`, `{"a":+1}`, `{"a":0x1p4}`, `{"a":1_0.0}`, `{"a":null}`, `{"a":[1]}`, `{"a":"x`, `{"a":"`, `{"a`, `{"a":1}}`,
		`{"a.b":1}`, `{"a:b":1}`, `{"a":{"b":1},"a.b":2}`, `{"a":1e999}`, `{"a":-0.0}`, `{"a":"<"}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want run.Config
		wrong := json.Unmarshal(data, &want)
		var reader run.ConfigReader
		for range 2 { // the second time from what it keeps
			got, err := reader.Read(data)
			if (err == nil) != (wrong == nil) {
				t.Fatalf("%q is read with the error %v, and %v by json", data, err, wrong)
			}
			if err == nil && !slices.Equal(got.Fields(), want.Fields()) {
				t.Fatalf("%q is read as %v, and %v by json", data, got.Fields(), want.Fields())
			}
		}
	})
}

func BenchmarkReadConfig(b *testing.B) {
	text := []byte(`{"data":{"name":"mnist","test":10000,"train":1000,"validation":2000},"loss":{"name":"cross_entropy"},"model":{"name":"cnn","width":16},` +
		`"optimizer":{"lr":0.05,"momentum":0.9,"name":"sgd","nesterov":false,"schedule":{"final":0.0,"name":"cosine","warmup":1.0},"weight_decay":0.0},` +
		`"pipeline":"classification","seed":0,"train":{"batch":64,"epochs":30}}`)
	b.Run("reader", func(b *testing.B) {
		var reader run.ConfigReader
		for b.Loop() {
			if _, err := reader.Read(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			var c run.Config
			if err := c.UnmarshalJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}
