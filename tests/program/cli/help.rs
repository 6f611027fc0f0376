//! The help of every subcommand: its text, its examples, and that it names nothing that the subcommand lacks.

use std::fs;
use std::path::Path;
use std::process::Command;

use mkmanifests::cli;

use super::printed;

/// Returns the commands with a help text, each as the words after `mkmanifests`. `helm` is not one: its `--help` is that
/// of the front end of Helm.
fn commands() -> Vec<Vec<String>> {
    let mut root = cli::command();
    root.build();
    let mut commands = vec![Vec::new()];
    for command in root.get_subcommands().filter(|it| !["help", "helm"].contains(&it.get_name())) {
        let name = command.get_name().to_owned();
        commands.extend(command.get_subcommands().map(|part| vec![name.clone(), part.get_name().to_owned()]));
        commands.push(vec![name]);
    }
    commands
}

/// The help that `flag` prints: `-h` the short one, `--help` the long one.
fn help(command: &[String], flag: &str) -> String {
    let words: Vec<&str> = command.iter().map(String::as_str).chain([flag]).collect();
    printed(&words, b"")
}

#[test]
fn texts() {
    for command in commands() {
        let name = command.iter().fold("mkmanifests".to_owned(), |name, word| format!("{name}-{word}"));
        insta::assert_snapshot!(format!("{name}-h"), help(&command, "-h"));
        insta::assert_snapshot!(name, help(&command, "--help"));
    }
}

#[test]
fn the_front_end_of_helm_has_a_help_text() {
    let text = printed(&["help", "helm"], b"");
    assert_eq!(examples(&text).len(), 2);
    insta::assert_snapshot!("mkmanifests-help-helm", text);
}

#[test]
fn the_short_help_has_one_line_per_flag() {
    for command in commands().into_iter().skip(1) {
        for line in help(&command, "-h").lines() {
            let is_continued = line.starts_with("        ");
            assert!(!is_continued && line.chars().count() <= 100, "{command:?}: {line}");
        }
    }
}

#[test]
fn the_long_help_starts_with_a_sentence_and_ends_with_two_examples() {
    for command in commands() {
        let text = help(&command, "--help");
        let first = text.split("\n\n").next().unwrap_or_default();
        assert!(first.contains(". ") || first.ends_with('.'), "{command:?}: {first}");
        assert_eq!(examples(&text).len(), 2, "{command:?} has no two examples in src/cli/help.rs");
    }
}

/// The command lines below `Examples:`.
fn examples(help: &str) -> Vec<&str> {
    let (_, section) = help.split_once("\nExamples:\n").unwrap_or_default();
    let lines = section.lines().take_while(|line| line.is_empty() || line.starts_with("  "));
    lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The commands of a line of a shell, each as its words, without redirections.
fn pipeline(line: &str) -> Vec<Vec<String>> {
    let commands = line.replace("&&", "|");
    let words = |command: &str| shlex::split(command.split(" >").next().unwrap_or_default()).expect("words of a shell");
    commands.split('|').map(words).collect()
}

/// Files that the examples name.
fn write_files(dir: &Path) {
    let files = [
        ("vault/Chart.yaml", "apiVersion: v2\nname: vault\nversion: 0.1.0\n"),
        ("vault/values.yaml", "server: {ha: {enabled: false}}\n"),
        ("vault/templates/server.yaml", CONFIG_MAP),
        ("app/templates/web.yaml", CONFIG_MAP),
        ("app/values.yaml", "replicas: 1\n"),
        ("tests/ray_test.yaml", "{component: ray, cluster: foo, tests: [{asserts: [{isValid: {}}]}]}\n"),
        ("values.yaml", "{}\n"),
        ("train.yaml", "entrypoint: python train.py\n"),
        ("serve.yaml", "serveConfig: {applications: [{name: text, import_path: text:app}]}\n"),
        (
            "nightly.yaml",
            "{schedule: 0 3 * * *, entrypoint: python train.py, operator: {featureGates: {RayCronJob: true}}}\n",
        ),
        ("manifests/web.yaml", CONFIG_MAP),
        ("fleet/foo/cluster.yaml", "name: foo\n"),
        ("fleet/foo/ray.yaml", "workerReplicaCount: 2\n"),
    ];
    for (path, text) in files {
        let file = dir.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n";

#[test]
fn examples_run() {
    let dir = tempfile::tempdir().expect("a folder");
    write_files(dir.path());
    for command in commands() {
        let text = help(&command, "--help");
        for words in examples(&text).into_iter().flat_map(pipeline) {
            // `pull` needs a server: tests/program/helm_pull/ has one. `link-helm` would link beside the tested program.
            let is_skipped = words.contains(&"pull".to_owned()) || words[1..] == ["link-helm"];
            if words[0] != "mkmanifests" || is_skipped {
                continue;
            }
            let stdin = fs::File::open(dir.path().join("manifests/web.yaml")).expect("a file");
            let mut program = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
            let output = program.args(&words[1..]).current_dir(dir.path()).env_clear().stdin(stdin).output();
            let output = output.expect("the program runs");
            // 1: the rendered tree of the example does not exist yet, or differs.
            let is_check = words.contains(&"--check".to_owned());
            let codes: &[i32] = if is_check { &[0, 1] } else { &[0] };
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{words:?}: {stderr}");
        }
    }
}

/// The flags in a text: `--set`, `-f`.
fn flags(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "`'\"()[]=,;:".contains(c));
    let is_flag = |word: &&str| {
        let name = word.trim_start_matches('-');
        let dashes = word.len() - name.len();
        (dashes == 1 && name.len() == 1 || dashes == 2) && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    words.map(|word| word.trim_end_matches('.')).filter(is_flag).map(str::to_owned).collect()
}

/// Whether a command has a flag, by its own parser.
fn has(command: &[String], flag: &str) -> bool {
    let mut root = cli::command();
    root.build();
    let found = command.iter().try_fold(&root, |command, name| command.find_subcommand(name));
    found.is_some_and(|command| {
        command.get_arguments().any(|arg| match flag.strip_prefix("--") {
            Some(long) => arg.get_long() == Some(long),
            None => arg.get_short() == flag.chars().nth(1),
        })
    })
}

/// The command that a line of a shell runs: the words behind `mkmanifests` that are subcommands.
fn command_of(words: &[String]) -> Vec<String> {
    let mut root = cli::command();
    root.build();
    let mut at = &root;
    let mut path = Vec::new();
    for word in words.iter().skip(1) {
        let Some(command) = at.find_subcommand(word) else { break };
        at = command;
        path.push(word.clone());
    }
    path
}

#[test]
fn help_names_no_flag_that_the_command_lacks() {
    for command in commands() {
        for flag in ["--help", "-h"] {
            let text = help(&command, flag);
            let (own, rest) = text.split_once("\nExamples:\n").unwrap_or((&text, ""));
            for flag in flags(own) {
                assert!(has(&command, &flag), "the help of {command:?} names `{flag}`");
            }
            for words in examples(&format!("\nExamples:\n{rest}")).into_iter().flat_map(pipeline) {
                if words[0] == "mkmanifests" {
                    let path = command_of(&words);
                    let named = flags(&words.join(" "));
                    assert!(named.iter().all(|flag| has(&path, flag)), "the example of {command:?}: {words:?}");
                }
            }
        }
    }
}
