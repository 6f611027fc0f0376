//! A patch written as text inside of YAML, as kustomize's users do: read, with its places in the file around it.

use crate::problem::{Place, Problem, Source, Sources};
use crate::tree::Node;
use crate::tree::read::{Duplicates, document};

/// What the text of a node says as YAML or JSON. Its places are those in the file that the node is in.
pub(super) fn read(node: &Node, text: &str, sources: &Sources) -> Result<Node, Vec<Problem>> {
    let around = Around { node, text, source: sources.get(node.place.source) };
    match document(node.place.source, text, Duplicates::Refused) {
        Ok(mut inner) => {
            inner.move_places(&mut |place| around.place(place));
            Ok(inner)
        }
        Err(problems) => Err(problems.into_iter().map(|problem| around.moved(problem)).collect()),
    }
}

/// The file around the text.
struct Around<'a> {
    node: &'a Node,
    text: &'a str,
    source: Option<&'a Source>,
}

impl Around<'_> {
    /// The place in the file of a place in the text. Of a block scalar each line stands in the file, indented; of text
    /// in quotes only the beginning is known.
    fn place(&self, inner: Place) -> Place {
        let line = self.text.lines().nth((inner.line as usize).saturating_sub(1)).unwrap_or_default();
        let below = self.node.place.line.saturating_add(inner.line);
        let outer = self.source.and_then(|source| source.text.lines().nth((below as usize).saturating_sub(1)));
        match outer.and_then(|outer| outer.trim_end().strip_suffix(line.trim_end())) {
            Some(indent) if indent.chars().all(|c| c == ' ') && !line.is_empty() => {
                let indent = u32::try_from(indent.len()).unwrap_or(0);
                Place::new(inner.source, below, inner.column.saturating_add(indent))
            }
            _ => self.node.place,
        }
    }

    fn moved(&self, mut problem: Problem) -> Problem {
        problem.place = self.place(problem.place);
        problem.related.iter_mut().for_each(|(place, _)| *place = self.place(*place));
        problem
    }
}
