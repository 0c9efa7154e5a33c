package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func write(t *testing.T, markdown string, figures ...Figure) string {
	t.Helper()
	page, err := Write([]byte(markdown), figures)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestBody compares what stands between head and script with a golden file.
func TestBody(t *testing.T) {
	page := write(t, string(read(t, "report.md")), Figure{"losses-0.5/reliability.svg", read(t, "figure.svg")})
	_, rest, _ := strings.Cut(page, "<body>\n")
	body, _, found := strings.Cut(rest, "<script>")
	if !found {
		t.Fatal("the page has no script")
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "body.html"), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, "body.html")); body != want {
		t.Errorf("the body differs: run the test with -update and look at the difference\ngot:\n%s", body)
	}
	for _, rule := range []string{`.figure [stroke="#0072b2"] { stroke: #`, `.figure [fill="#ffffff"] { fill: ` + darkPage + `; }`} {
		if !strings.Contains(page, rule) {
			t.Errorf("the style lacks %s", rule)
		}
	}
	if !strings.Contains(page, "<title>losses-0.5</title>") {
		t.Error("the page is not called as the report")
	}
}

// TestPolicy holds that the policy names the style and the script that are there, and nothing else.
func TestPolicy(t *testing.T) {
	page := write(t, "# A\n")
	given := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if given == nil {
		t.Fatal("the page has no policy")
	}
	hash := func(tag string) string {
		_, rest, _ := strings.Cut(page, "<"+tag+">")
		content, _, _ := strings.Cut(rest, "</"+tag+">")
		sum := sha256.Sum256([]byte(content))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hash("style") + "; script-src " + hash("script") + "; img-src data:; base-uri 'none'; form-action 'none'"
	if got := html.UnescapeString(given[1]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if addresses := regexp.MustCompile(`(?:src|href)="[^#"][^"]*"|url\(|@import`).FindAllString(page, -1); len(addresses) != 1 || addresses[0] != `href="data:,"` {
		t.Errorf("the page refers to %q", addresses)
	}
}

// TestHTMLStaysText holds that Markdown brings no element and no address of its own into a page.
func TestHTMLStaysText(t *testing.T) {
	elements := func(page string) int { return len(regexp.MustCompile(`<[a-zA-Z]`).FindAllString(page, -1)) }
	plain := elements(write(t, "word\n"))
	for _, hostile := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick=x>", "<!-- c -->", "<svg/onload=alert(1)>", "</main><style>*{}</style>",
		"&lt;script>", `"><script>`,
	} {
		page := write(t, hostile+"\n")
		if got := elements(page); got != plain {
			t.Errorf("%s brings %d elements", hostile, got-plain)
		}
		if text := html.UnescapeString(page); !strings.Contains(text, html.UnescapeString(hostile)) {
			t.Errorf("%s is not shown", hostile)
		}
	}
	for _, link := range []string{"[a](javascript:alert(1))", "[a](<data:text/html,x>)", "<javascript:alert(1)>", "[a](vbscript:x)"} {
		page := write(t, link+"\n")
		if scheme := regexp.MustCompile(`href="\s*(javascript|vbscript|data:text)`).FindString(page); scheme != "" {
			t.Errorf("%s became %s", link, scheme)
		}
	}
}

// TestAnyMarkdown holds that no Markdown adds a script, a style or an attribute with code to a page.
func TestAnyMarkdown(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"<script>", "</script>", "<style>", "onload=", "\"", "'", "<", ">", "&", "`", "*", "_", "|", "[", "](", ")", "!", "#", "\n", "\n\n", "| --- |", "javascript:", "a", " ", "\\", "{{.Title}}", "γ", "---", "1.",
	})
	code := regexp.MustCompile(`(?i)<[a-z][^<>]*\son[a-z]+=`)
	rapid.Check(t, func(t *rapid.T) {
		markdown := strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")
		page, err := Write([]byte(markdown), nil)
		if err != nil {
			return // an image
		}
		for _, tag := range []string{"<script", "<style", "</main", "</body", "<nav"} {
			if n := bytes.Count(bytes.ToLower(page), []byte(tag)); n > 1 {
				t.Fatalf("%d times %s", n, tag)
			}
		}
		quoted := regexp.MustCompile(`"[^"]*"`).ReplaceAll(page, []byte(`""`))
		if found := code.Find(quoted); found != nil {
			t.Fatalf("an attribute with code: %s", found)
		}
		again, err := Write([]byte(markdown), nil)
		if err != nil || !bytes.Equal(page, again) {
			t.Fatalf("a second time it differs: %v", err)
		}
	})
}

func TestWrongReports(t *testing.T) {
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	for name, c := range map[string]struct {
		markdown string
		figures  []Figure
		want     string
	}{
		"missing":   {"![a](a.svg)\n", nil, "writing an html page: showing a.svg: there is no such figure"},
		"not shown": {"# a\n", []Figure{{"a.svg", svg}}, "writing an html page: 1 figures are given, and 0 are shown"},
		"in a text": {"see ![a](a.svg)\n", []Figure{{"a.svg", svg}}, "writing an html page: image a.svg stands within a text"},
		"no svg":    {"![a](a.svg)\n", []Figure{{"a.svg", []byte("<svg>")}}, "writing an html page: showing a.svg: reading svg: XML syntax error on line 1: unexpected EOF"},
		"empty":     {"![a](a.svg)\n", []Figure{{"a.svg", nil}}, "writing an html page: showing a.svg: reading svg: EOF"},
		"within":    {"- # a\n", nil, "writing an html page: a heading stands within something else"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Write([]byte(c.markdown), c.figures); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
