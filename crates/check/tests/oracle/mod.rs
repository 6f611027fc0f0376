//! The checks compared with a real API server: how many of its refusals they find, whether they report the same field,
//! and that they refuse nothing that it accepts.
//!
//! `cargo test oracle -- --nocapture` prints the scores by kind and mistake, and each case that differs.

mod case;
mod field;
mod score;

use case::{Case, charts, committed, known_misses};
use score::Scores;

/// The committed files of recorded verdicts.
const COMMITTED: [&str; 4] = ["verdicts.jsonl.gz", "more.jsonl.gz", "custom.jsonl.gz", "cel.jsonl.gz"];

/// The checks agree with the server on every case except those listed in `known-misses.tsv`.
#[test]
fn the_checks_agree_with_an_api_server() {
    let mut differing: Vec<String> = COMMITTED.iter().flat_map(|name| score(name, &committed(name))).collect();
    match charts() {
        Some(cases) => differing.extend(score("charts", &cases)),
        None => println!("skipped: no cases of charts (../shared/oracle has them)"),
    }
    let known = known_misses();
    differing.retain(|id| !known.contains(id));
    assert!(differing.is_empty(), "not listed in known-misses.tsv: {differing:?}");
}

/// Prints the scores of one file, and returns the ids of the cases that differ.
fn score(title: &str, cases: &[Case]) -> Vec<String> {
    let mut scores = Scores::default();
    cases.iter().filter(|case| !case.admission).for_each(|case| scores.add(case));
    println!("## {title}\n\n{scores}");
    scores.into_differing()
}
