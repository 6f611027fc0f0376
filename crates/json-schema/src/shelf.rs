//! Keeps documents in place, so that parts of one can be held on to while others are added.

use std::cell::OnceCell;

use super::json::Json;

/// A place for a document, and for those that come after it.
#[derive(Default)]
pub(super) struct Shelf(OnceCell<Box<(Json, Shelf)>>);

impl Shelf {
    /// Places a document on an empty shelf, and gives the place for the next one.
    pub(super) fn add(&self, document: Json) -> (&Json, &Shelf) {
        let (document, next) = &**self.0.get_or_init(|| Box::new((document, Shelf::default())));
        (document, next)
    }
}
