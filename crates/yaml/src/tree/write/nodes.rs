//! Writes nodes as they were read: with their comments, order, quotes, anchors and tags, as go-yaml 3 does.
//!
//! The indentation is its own: two spaces, and none for a list below its key. The writer of values
//! ([`write`](super::write())) chooses the layout by the value, and has no comments.

mod analysis;
mod emit;
mod events;
mod flow;
mod leaf;
mod output;
mod scalar;

use super::super::read::raw::RawDocument;

/// Writes documents, with `---` between them.
pub fn write_documents<'d, 't: 'd>(documents: impl IntoIterator<Item = &'d RawDocument<'t>>) -> String {
    let mut events = Vec::new();
    for document in documents {
        events::document(document, &mut events);
    }
    emit::Machine::new(&events).run()
}
