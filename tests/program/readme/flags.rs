//! The lists of flags in `docs/chart.md` are complete: those of `helm template`, and those of `mkmanifests chart`.

use std::collections::BTreeSet;
use std::process::Command;

use mkmanifests::cli;
use mkmanifests_testing::program;

use super::{read, root};

/// Returns the flags in the first column of the table below a heading.
fn listed(document: &str, heading: &str) -> BTreeSet<String> {
    let (_, section) = document.split_once(&format!("\n### {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n#").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    rows.flat_map(|cell| cell.split('`')).filter_map(long).collect()
}

/// Returns the long flag that a text begins with, without its value.
fn long(text: &str) -> Option<String> {
    let name = text.strip_prefix("--")?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
    name.starts_with(|c: char| c.is_ascii_lowercase()).then(|| name[..end].to_owned())
}

/// Returns the flags of `mkmanifests chart`, which a user sees.
fn ours() -> BTreeSet<String> {
    let mut command = cli::command();
    command.build();
    let chart = command.find_subcommand("chart").expect("`chart` is a subcommand");
    let visible = chart.get_arguments().filter(|argument| !argument.is_hide_set());
    visible.filter_map(|argument| argument.get_long()).map(str::to_owned).collect()
}

#[test]
fn the_flags_of_chart_are_all_listed() {
    let document = read(&root().join("docs/chart.md"));
    let (accepted, only_here) = (listed(&document, "Accepted"), listed(&document, "Only in mkmanifests"));
    assert_eq!(&accepted | &only_here, ours());
    assert!(accepted.is_disjoint(&only_here) && accepted.is_disjoint(&listed(&document, "Not accepted")));
}

#[test]
fn the_flags_of_helm_template_are_all_listed() {
    let Some(helm) = program("helm") else { return };
    let output = Command::new(helm).args(["template", "--help"]).output().expect("helm runs");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    let flags = help.lines().filter_map(|line| {
        let line = line.trim_start();
        long(if line.starts_with("--") { line } else { line.split_once(", ").filter(|_| line.starts_with('-'))?.1 })
    });
    let helms: BTreeSet<String> = flags.collect();
    let document = read(&root().join("docs/chart.md"));
    assert_eq!(&listed(&document, "Accepted") | &listed(&document, "Not accepted"), helms);
    assert!(listed(&document, "Only in mkmanifests").is_disjoint(&helms));
}
