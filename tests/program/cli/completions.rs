//! Completion scripts, as the shells read them.

use std::process::Command;

use mkmanifests::check::catalog;
use mkmanifests::components;
use mkmanifests_testing as common;

use super::{printed, subcommands};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn scripts_know_every_subcommand() {
    for shell in SHELLS {
        let script = printed(&["completions", shell], b"");
        for subcommand in subcommands() {
            assert!(script.contains(&subcommand), "{shell}: {subcommand}");
        }
    }
}

/// What bash offers for the last word of a line, in its order.
fn bash(line: &str) -> Option<Vec<String>> {
    let bash = common::program("bash")?;
    let script = printed(&["completions", "bash"], b"");
    let words: Vec<&str> = line.split(' ').collect();
    let [.., previous, current] = words.as_slice() else { return None };
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let run = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}\n_mkmanifests mkmanifests '{current}' '{previous}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1
    );
    output(Command::new(bash).args(["-c", &run]))
}

/// What fish offers for the last word of a line.
fn fish(line: &str) -> Option<Vec<String>> {
    let fish = common::program("fish")?;
    let home = tempfile::tempdir().expect("a folder");
    let script = home.path().join("mkmanifests.fish");
    std::fs::write(&script, printed(&["completions", "fish"], b"")).expect("a file");
    let run = format!("source {}; complete -C '{line}'", script.display());
    let lines = output(Command::new(fish).args(["--no-config", "-c", &run]).env("HOME", home.path()))?;
    Some(lines.iter().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect())
}

fn output(command: &mut Command) -> Option<Vec<String>> {
    let output = command.output().expect("the shell runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect())
}

#[track_caller]
fn assert_first(offered: &[String], expected: &[&str]) {
    assert_eq!(offered.iter().take(expected.len()).collect::<Vec<_>>(), expected, "{offered:?}");
}

#[test]
fn bash_offers_subcommands_before_flags() {
    let Some(offered) = bash("mkmanifests ") else { return };
    let own: Vec<String> = subcommands();
    assert_first(&offered, &own.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(offered.contains(&"--quiet".to_owned()), "{offered:?}");
    assert_first(&bash("mkmanifests chart ").expect("bash"), &["show", "dependencies"]);
    let components: Vec<&str> = components::all().iter().map(|component| component.name()).collect();
    assert_first(&bash("mkmanifests values ").expect("bash"), &components);
    assert_first(&bash("mkmanifests schema c").expect("bash"), &["cluster"]);
}

#[test]
fn shells_know_topics_rules_and_objects() {
    for offer in [bash, fish] {
        let Some(topics) = offer("mkmanifests man ") else { continue };
        assert!(subcommands().iter().all(|name| topics.contains(name)), "{topics:?}");
        let rules = offer("mkmanifests check --skip ").expect("a shell");
        assert!(catalog::all().iter().all(|rule| rules.iter().any(|it| it == rule.id)), "{rules:?}");
        let objects = offer("mkmanifests ray --show-only head").expect("a shell");
        assert!(objects.contains(&"head-deployment".to_owned()), "{objects:?}");
        assert!(offer("mkmanifests helm temp").expect("a shell").contains(&"template".to_owned()));
        assert!(offer("mkmanifests values vau").expect("a shell").contains(&"vault-config".to_owned()));
    }
}

#[test]
fn zsh_reads_its_script() {
    let Some(zsh) = common::program("zsh") else { return };
    let script = printed(&["completions", "zsh"], b"");
    output(Command::new(zsh).args(["-f", "-n", "-c", &script]));
    for rule in catalog::all() {
        assert!(script.contains(rule.id), "{}", rule.id);
    }
}

/// Ids with names from the values, which completion cannot know.
const FROM_VALUES: [&str; 3] = ["worker-group-", "extra-object-", "namespace"];

#[test]
fn components_list_the_ids_of_their_objects() {
    let mut count = 0;
    for component in components::all().iter().filter(|component| !component.object_ids().is_empty()) {
        let name = component.name();
        insta::glob!("../../..", &format!("golden/cases/{name}/*/out.yaml"), |file| {
            let text = std::fs::read_to_string(file).expect("a golden");
            let prefix = format!("# Source: {name}/");
            for id in text.lines().filter_map(|line| line.strip_prefix(&prefix)) {
                let is_known = component.object_ids().contains(&id) || FROM_VALUES.iter().any(|it| id.starts_with(it));
                assert!(is_known, "`{name}` does not list `{id}` in `object_ids`");
                count += 1;
            }
        });
    }
    assert!(count > 100, "only {count} objects were found");
}
