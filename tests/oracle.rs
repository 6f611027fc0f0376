//! The checks beside a real API server: how much of what it refuses they refuse, with the same field, and that they
//! refuse nothing that it accepts.
//!
//! `MKMANIFESTS_ORACLE_MISSES=Deployment,Pod cargo test --test oracle -- --nocapture` prints the cases of these kinds
//! (`all`: of every kind) on which the two differ.

#[path = "oracle/case.rs"]
mod case;
#[path = "oracle/field.rs"]
mod field;
#[path = "oracle/score.rs"]
mod score;

use case::{Case, charts, committed};
use score::Scores;

/// What was reached, in percent: a change may not fall below.
const REACHED: f64 = 100.0;

/// The committed cases hold in any case; those of charts are told beside them where they are.
#[test]
fn what_an_api_server_refuses_is_refused() {
    held("committed", &committed());
    match charts() {
        Some(cases) => held("charts", &cases),
        None => println!("skipped: no cases of charts (MKMANIFESTS_ORACLE names their folder)"),
    }
}

fn held(title: &str, cases: &[Case]) {
    let mut scores = Scores::default();
    cases.iter().filter(|case| !case.admission).for_each(|case| scores.add(case));
    println!("## {title}\n\n{scores}");
    let (recall, fields, false_alarms) = scores.total();
    assert!(recall >= REACHED, "{title}: {recall:.2} % of the refused ones are refused, at least {REACHED}");
    assert!(fields >= REACHED, "{title}: {fields:.2} % have the same field, at least {REACHED}");
    assert!(false_alarms == 0.0, "{title}: {false_alarms:.2} % false alarms");
}
