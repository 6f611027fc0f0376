//! Any bytes are read or refused: no panic, no endless loop, and every location is in the text.

use mkmanifests::diagnostic::{Failure, Sources};
use mkmanifests::tree::read::{Duplicates, documents, values};

pub fn run(bytes: &[u8]) {
    for duplicates in [Duplicates::Refused, Duplicates::LastWins] {
        let mut sources = Sources::default();
        if let Err(diagnostics) = documents(&mut sources, "fuzz.yaml", bytes, duplicates) {
            report(diagnostics, sources);
        }
    }
    let mut sources = Sources::default();
    if let Err(diagnostics) = values(&mut sources, "fuzz.yaml", bytes) {
        report(diagnostics, sources);
    }
}

/// Prints the report, which shows the source line of each diagnostic and so finds locations outside of the text.
fn report(diagnostics: Vec<mkmanifests::diagnostic::Diagnostic>, sources: Sources) {
    assert!(!diagnostics.is_empty(), "refused without a reason");
    assert!(!Failure::new(diagnostics, sources).render(true).is_empty());
}
