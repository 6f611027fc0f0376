//! Programs that call `helm` get the same answers from mkmanifests under that name.
//!
//! - `tests/data/program/callers/<caller>.yaml` has the command lines that a caller builds, each with what the caller looks
//!   for in the answer and where its source says so. Each runs with the real Helm and with mkmanifests, in two equal
//!   folders, against the same servers on loopback: output, exit code and written files have to be the same.
//! - `real` runs the callers that package registries have.
//!
//! A new caller is one more file there. `CONTRIBUTING.md` says where the real programs are searched.

mod argo_cd;
mod compare;
mod real;
mod rows;
mod run;
mod servers;

use std::path::Path;

use mkmanifests_testing as common;
use rayon::prelude::*;

use rows::Caller;
use run::Runner;
use servers::Servers;

/// The program under test.
fn ours() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mkmanifests"))
}

/// Runs all rows of a caller, and returns a line for each difference.
fn differences(caller: &Caller, helm: &Path, servers: &Servers) -> Vec<String> {
    let runner = Runner::new(servers);
    let mut wrong = Vec::new();
    let mut lines = 0;
    for row in caller.rows.iter().filter(|row| servers.have(row.needs)) {
        let helms = runner.run(caller, row, helm, "helm");
        let mine = runner.run(caller, row, ours(), "mkmanifests");
        let found = compare::row(row, &helms, &mine);
        lines += row.lines();
        wrong.extend(found.into_iter().map(|text| format!("{}: {}: {text}", caller.caller, row.name)));
    }
    println!("{}: {lines} command lines, {} differences", caller.caller, wrong.len());
    wrong
}

#[test]
fn recorded_command_lines_are_answered_as_by_helm() {
    let Some(helm) = common::program("helm") else { return };
    let callers = rows::callers();
    let servers = Servers::all(&helm);
    let wrong: Vec<String> = callers.par_iter().flat_map(|caller| differences(caller, &helm, &servers)).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// The figures of `docs/drop-in.md` are those of the recorded command lines.
#[test]
fn the_document_has_the_number_of_command_lines() {
    let document = std::fs::read_to_string(common::root().join("docs/drop-in.md")).expect("docs/drop-in.md");
    for caller in rows::callers() {
        let lines: usize = caller.rows.iter().map(rows::Row::lines).sum();
        let differ: usize = caller.rows.iter().map(rows::Row::exceptions).sum();
        let start = format!("| {} | {} of {lines} |", caller.caller, lines - differ);
        assert!(document.contains(&start), "docs/drop-in.md has no row that begins with `{start}`");
    }
}
