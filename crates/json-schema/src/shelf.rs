//! Stores documents at fixed addresses, so that references to one stay valid while others are added.

use std::cell::OnceCell;

use super::json::Json;

/// Storage for a document and all later ones.
#[derive(Default)]
pub(super) struct Shelf(OnceCell<Box<(Json, Shelf)>>);

impl Shelf {
    /// Stores a document on an empty shelf. Returns it with the shelf for the next one.
    pub(super) fn add(&self, document: Json) -> (&Json, &Shelf) {
        let (document, next) = &**self.0.get_or_init(|| Box::new((document, Shelf::default())));
        (document, next)
    }
}
