//! The maximum size of values by their schema.

use std::collections::BTreeMap;

use super::size::Size;

/// How large a value can be, by its schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    /// The most bytes, items or entries; 0 for values without a size.
    pub(crate) most: u64,
    /// The fewest bytes that it takes as JSON.
    pub(crate) least: u64,
    pub(crate) kind: ShapeKind,
}

/// The parts of a value.
#[derive(Debug, Clone, Default)]
pub(crate) enum ShapeKind {
    #[default]
    Plain,
    List(Box<Shape>),
    Map(Box<Shape>),
    Object(BTreeMap<String, Shape>),
}

impl Shape {
    /// Returns the size of the value at a path. Ignores the first step.
    pub(super) fn size_at(&self, path: &[String]) -> Option<Size> {
        let (_, steps) = path.split_first()?;
        let mut here = self;
        for (index, step) in steps.iter().enumerate() {
            here = match (step.as_str(), &here.kind) {
                ("@items" | "@values", ShapeKind::List(of) | ShapeKind::Map(of)) => of,
                // Keys are texts of which no size is known, and nothing is below them.
                ("@keys", ShapeKind::Map(_)) => {
                    return (index + 1 == steps.len()).then_some(Size::fixed(0));
                }
                (name, ShapeKind::Object(fields)) => fields.get(name)?,
                _ => return None,
            };
        }
        Some(Size { least: 0, most: here.most })
    }
}
