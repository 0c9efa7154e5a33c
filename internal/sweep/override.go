package sweep

import "strings"

// overrides reads the settings of the command line, each "key=value" or "key=value,value".
func (r *specReader) overrides(arguments []string) {
	r.spec.overrides = &layer{title: "--set"}
	seeded := false
	for _, argument := range arguments {
		at := position{source: &source{name: "--set " + shorten(argument)}}
		key, text, ok := strings.Cut(argument, "=")
		key = strings.TrimSpace(key)
		switch {
		case !ok || key == "":
			r.found.add(at, "write it as key=value, such as optimizer.lr=0.1", "this sets nothing")
		case strings.Contains(text, "="):
			r.found.add(at, "give each setting a --set of its own", "this sets more than one thing")
		case key == "seeds" && seeded:
			r.found.add(at, "", "seeds is set twice")
		case key == "seeds":
			seeded = true
			r.spec.seeds = readSeeds(overrideNode(at, text), r.found)
		case r.overridden(key):
			r.found.add(at, "several values of one setting are separated by commas", "%s is set twice", key)
		default:
			entries := []entry{{key, at, overrideNode(at, text)}}
			mapping := &node{at: at, kind: mappingNode, entries: entries}
			reader := layerReader{words: r.spec.words, found: r.found, layer: r.spec.overrides}
			reader.read("", mapping)
		}
	}
	r.spec.overrides.check(r.found)
}

// overridden says whether a setting, or the choice that a section's path stands for, is set already.
func (r *specReader) overridden(key string) bool {
	return r.spec.overrides.find(key) != nil || r.spec.overrides.find(key+"."+nameKey) != nil
}

// overrideNode returns the value of an override: a scalar, or a list where there are commas.
func overrideNode(at position, text string) *node {
	parts := strings.Split(text, ",")
	items := make([]*node, len(parts))
	for i, part := range parts {
		items[i] = &node{at: at, scalar: plainScalar(strings.TrimSpace(part))}
	}
	if len(items) == 1 {
		return items[0]
	}
	return &node{at: at, kind: listNode, items: items}
}
