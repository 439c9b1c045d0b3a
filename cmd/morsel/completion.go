package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func (e *env) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for a shell",
		UsageText: "morsel completion bash|zsh|fish|powershell",
		Description: `Completes commands, flags and file names.

Examples:
   source <(morsel completion bash)                         # in ~/.bashrc
   morsel completion zsh > "${fpath[1]}/_morsel"
   morsel completion fish > ~/.config/fish/completions/morsel.fish
   morsel completion powershell | Out-String | Invoke-Expression`,
		OnUsageError: usageError,
		Action: func(c *cli.Context) error {
			args, err := arguments(c, "SHELL")
			if err != nil {
				return err
			}
			script, ok := map[string]func([]completion) string{
				"bash":       bashCompletion,
				"zsh":        zshCompletion,
				"fish":       fishCompletion,
				"powershell": powershellCompletion,
			}[args[0]]
			if !ok {
				return exit.Usagef("unknown shell %q: want bash, zsh, fish or powershell", args[0])
			}
			_, err = fmt.Fprint(e.Stdout, script(completions(c.App)))
			return err
		},
	}
}

// completion is what can follow a command.
type completion struct {
	command, usage string
	flags          []flagCompletion
	words          []string // arguments other than files
}

type flagCompletion struct {
	names []string // with their dashes
	usage string
	value bool // the flag takes a value
}

// completions lists the commands of the app.
func completions(app *cli.App) []completion {
	var list []completion
	for _, command := range app.VisibleCommands() {
		c := completion{command: command.Name, usage: command.Usage}
		switch command.Name {
		case "completion":
			c.words = []string{"bash", "zsh", "fish", "powershell"}
		case "generate":
			c.words = generateKinds()
		}
		for _, f := range command.VisibleFlags() {
			fc := flagCompletion{value: takesValue(f)}
			if d, ok := f.(cli.DocGenerationFlag); ok {
				fc.usage = strings.ReplaceAll(d.GetUsage(), "`", "")
			}
			for _, name := range f.Names() {
				fc.names = append(fc.names, dashed(name))
			}
			c.flags = append(c.flags, fc)
		}
		list = append(list, c)
	}
	return list
}

func (c completion) flagNames() []string {
	var names []string
	for _, f := range c.flags {
		names = append(names, f.names...)
	}
	return names
}

func commandNames(list []completion) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.command
	}
	return strings.Join(names, " ")
}

func bashCompletion(list []completion) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion for morsel
_morsel() {
    local cur=${COMP_WORDS[COMP_CWORD]} flags= words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "%s --help --version" -- "$cur"))
        return
    fi
    case ${COMP_WORDS[1]} in
`, commandNames(list))
	for _, c := range list {
		fmt.Fprintf(&b, "    %s) flags=%q words=%q ;;\n", c.command, strings.Join(c.flagNames(), " "), strings.Join(c.words, " "))
	}
	b.WriteString(`    esac
    case $cur in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur")) ;;
    esac
}
complete -o filenames -F _morsel morsel
`)
	return b.String()
}

func zshCompletion(list []completion) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	bracket := strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`)
	var b strings.Builder
	b.WriteString("#compdef morsel\n\n_morsel() {\n    if (( CURRENT == 2 )); then\n        local -a commands=(\n")
	for _, c := range list {
		fmt.Fprintf(&b, "            %s\n", quote(c.command+":"+c.usage))
	}
	b.WriteString("        )\n        _describe command commands\n        return\n    fi\n    local command=$words[2]\n    shift words; (( CURRENT-- ))\n    case $command in\n")
	for _, c := range list {
		fmt.Fprintf(&b, "    %s)\n        _arguments", c.command)
		for _, f := range c.flags {
			for _, name := range f.names {
				spec := name + "[" + bracket.Replace(f.usage) + "]"
				if f.value {
					spec += ":value:_files"
				}
				fmt.Fprintf(&b, " \\\n            %s", quote(spec))
			}
		}
		if len(c.words) > 0 {
			fmt.Fprintf(&b, " \\\n            %s ;;\n", quote("*:argument:("+strings.Join(c.words, " ")+")"))
		} else {
			b.WriteString(" \\\n            '*:file:_files' ;;\n")
		}
	}
	b.WriteString("    esac\n}\n\nif [ \"$funcstack[1]\" = _morsel ]; then _morsel \"$@\"; else compdef _morsel morsel; fi\n")
	return b.String()
}

func fishCompletion(list []completion) string {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
	}
	var b strings.Builder
	b.WriteString("# fish completion for morsel\n")
	for _, c := range list {
		fmt.Fprintf(&b, "complete -c morsel -f -n __fish_use_subcommand -a %s -d %s\n", c.command, quote(c.usage))
	}
	for _, c := range list {
		within := quote("__fish_seen_subcommand_from " + c.command)
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c morsel -n %s", within)
			for _, name := range f.names {
				if long, ok := strings.CutPrefix(name, "--"); ok {
					fmt.Fprintf(&b, " -l %s", long)
				} else {
					fmt.Fprintf(&b, " -s %s", name[1:])
				}
			}
			if f.value {
				b.WriteString(" -r")
			}
			fmt.Fprintf(&b, " -d %s\n", quote(f.usage))
		}
		if len(c.words) > 0 {
			fmt.Fprintf(&b, "complete -c morsel -f -n %s -a %s\n", within, quote(strings.Join(c.words, " ")))
		}
	}
	return b.String()
}

func powershellCompletion(list []completion) string {
	quoteAll := func(words []string) string {
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", "''") + "'"
		}
		return "@(" + strings.Join(quoted, ", ") + ")"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# PowerShell completion for morsel
Register-ArgumentCompleter -Native -CommandName morsel -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $follow = @{
`)
	for _, c := range list {
		fmt.Fprintf(&b, "        '%s' = %s\n", c.command, quoteAll(append(c.flagNames(), c.words...)))
	}
	fmt.Fprintf(&b, `    }
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $first = $words.Count -lt 2 -or ($words.Count -eq 2 -and $wordToComplete)
    $candidates = if ($first) { %s } else { $follow[$words[1]] }
    $candidates | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`, quoteAll(strings.Fields(commandNames(list))))
	return b.String()
}
