//! `helm dependency list` of public charts.

use std::process::Command;

use mkmanifests_testing as common;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

#[test]
fn public_charts_are_listed_as_helm_does() {
    let (Some(charts), Some(helm)) = (common::charts(), common::program("helm")) else { return };
    let home = tempfile::tempdir().expect("a folder");
    let entries = std::fs::read_dir(&charts).expect("charts").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    let compared: Vec<Option<String>> = names
        .par_iter()
        .map(|name| {
            let run = |program: &mut Command| {
                let command = program.args(["dependency", "list"]).arg(name).current_dir(&charts);
                command.env_clear().env("HOME", home.path()).output().expect("the program runs")
            };
            let ours = run(Command::new(env!("CARGO_BIN_EXE_mkmanifests")).arg("helm"));
            let theirs = run(&mut Command::new(&helm));
            let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
            let is_equal = ours.stdout == theirs.stdout && ours.status.code() == theirs.status.code();
            (!is_equal).then(|| {
                let name = name.to_string_lossy();
                let errors = shown(&ours.stderr) + &shown(&theirs.stderr);
                format!("{name}:\n--- ours\n{}--- helm\n{}{errors}", shown(&ours.stdout), shown(&theirs.stdout))
            })
        })
        .collect();
    let wrong: Vec<&String> = compared.iter().flatten().collect();
    println!("{} charts", compared.len());
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), compared.len());
}
