package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a tab of headless Chromium that remembers what a page must not do.
type browser struct {
	ctx        context.Context
	requests   []string // but for the page itself
	complaints []string // of the console, exceptions included
}

// newBrowser starts Chromium, and skips the test where there is none.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: the page is not looked at")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // which root cannot have
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	if err := chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable()); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return b
}

func (b *browser) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") && string(e.Type) != "Document" {
			b.requests = append(b.requests, e.Request.URL)
		}
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprintf("console.%s", e.Type))
	}
}

// screen is how a page is looked at.
type screen struct {
	name    string
	width   int64 // in pixels
	dark    bool
	media   string // "print", or empty for the screen
	silent  bool   // without scripts
	telling bool
}

// open shows a page on a screen.
func (b *browser) open(t *testing.T, s screen, html []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, html, 0o644); err != nil {
		t.Fatal(err)
	}
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	b.run(t,
		emulation.SetDeviceMetricsOverride(s.width, 900, 1, s.width < 500),
		emulation.SetEmulatedMedia().WithMedia(s.media).WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		emulation.SetScriptExecutionDisabled(s.silent),
		chromedp.Navigate("file://"+path),
	)
	if folder := os.Getenv("EXPERIMENT_SCREENSHOTS"); folder != "" {
		var picture []byte
		b.run(t, chromedp.FullScreenshot(&picture, 100))
		name := strings.ReplaceAll(t.Name(), "/", "-") + ".png"
		if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// strings evaluates a JavaScript expression that gives a list of texts.
func (b *browser) strings(t *testing.T, expression string) []string {
	t.Helper()
	var list []string
	b.run(t, chromedp.Evaluate(expression, &list))
	return list
}

// checkQuiet holds that nothing was loaded and nothing complained about.
func (b *browser) checkQuiet(t *testing.T) {
	t.Helper()
	for _, r := range b.requests {
		t.Errorf("the page asks for %s", r)
	}
	for _, c := range b.complaints {
		t.Errorf("the console says %s", c)
	}
	b.requests, b.complaints = nil, nil
}
