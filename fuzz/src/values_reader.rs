//! Any bytes are read or refused: no panic, no endless loop, and places that are in the text.

use mkmanifests::problem::{Failure, Sources};
use mkmanifests::tree::read::{Duplicates, documents, values};

pub fn run(bytes: &[u8]) {
    for duplicates in [Duplicates::Refused, Duplicates::LastWins] {
        let mut sources = Sources::default();
        if let Err(problems) = documents(&mut sources, "fuzz.yaml", bytes, duplicates) {
            report(problems, sources);
        }
    }
    let mut sources = Sources::default();
    if let Err(problems) = values(&mut sources, "fuzz.yaml", bytes) {
        report(problems, sources);
    }
}

/// The report shows the source line of each problem, so that a place outside of the text would be found here.
fn report(problems: Vec<mkmanifests::problem::Problem>, sources: Sources) {
    assert!(!problems.is_empty(), "refused without a reason");
    assert!(!Failure::new(problems, sources).render(true).is_empty());
}
