package main

import (
	"os/exec"
	"strings"
	"testing"
)

// Every command and every visible flag is in every script.
func TestCompletionIsComplete(t *testing.T) {
	app := testEnv().app()
	list := completions(app)
	if len(list) != len(app.VisibleCommands()) {
		t.Fatalf("%d commands; want %d", len(list), len(app.VisibleCommands()))
	}
	for shell, script := range map[string]string{
		"bash":       bashCompletion(list),
		"zsh":        zshCompletion(list),
		"fish":       fishCompletion(list),
		"powershell": powershellCompletion(list),
	} {
		for _, c := range list {
			if !strings.Contains(script, c.command) {
				t.Errorf("%s: no command %s", shell, c.command)
			}
			for _, name := range c.flagNames() {
				if shell == "fish" {
					name = strings.TrimLeft(name, "-")
				}
				if !strings.Contains(script, name) {
					t.Errorf("%s: no flag %s of %s", shell, name, c.command)
				}
			}
		}
	}
}

// The bash script completes; any bash will do, and CI has one.
func TestBashCompletion(t *testing.T) {
	script := bashCompletion(completions(testEnv().app()))
	for _, c := range []struct{ line, want string }{
		{"morsel comp", "compress completion"},
		{"morsel compress --los", "--lossless"},
		{"morsel generate shal", "shallow-water"},
		{"morsel completion z", "zsh"},
	} {
		words := strings.Fields(c.line)
		test := script + "\nCOMP_WORDS=(" + c.line + "); COMP_CWORD=" + string(rune('0'+len(words)-1)) + "\n_morsel\necho ${COMPREPLY[@]}"
		got, err := exec.CommandContext(t.Context(), "bash", "-c", test).Output()
		if err != nil {
			t.Fatalf("%q: %v", c.line, err)
		}
		if strings.TrimSpace(string(got)) != c.want {
			t.Errorf("%q: got %q; want %q", c.line, got, c.want)
		}
	}
}
