//! The objects of a rendered tree. Clusters share those that are equal, so that each is changed, measured and printed once.

use std::borrow::Cow;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::apply_size;
use super::text::{SharedHash, Text};
use crate::manifest::write_source_comment;
use crate::tree::Node;
use crate::tree::write::Documents;

/// One object, and the part of the source that rendered it (`ray/head-deployment`).
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub source: Cow<'static, str>,
    content: Arc<Content>,
}

/// What follows from the node of an object is computed when it is first needed.
#[derive(Debug)]
struct Content {
    node: Node,
    text: OnceLock<Arc<Text>>,
    size: OnceLock<Option<usize>>,
    changed: Mutex<Vec<(Change, Arc<Content>)>>,
    /// The last file that began with this object.
    joined: Mutex<Option<Joined>>,
}

/// A file with several objects. Clusters with equal apps have the same file: the text is shared as long as one needs it.
#[derive(Debug)]
struct Joined {
    objects: Vec<(Cow<'static, str>, Weak<Content>)>,
    shared: (Weak<Text>, SharedHash),
}

impl Joined {
    fn is_of(&self, objects: &[Object]) -> bool {
        let is_same = |((source, content), object): (&(Cow<'static, str>, Weak<Content>), &Object)| {
            *source == object.source && content.as_ptr() == Arc::as_ptr(&object.content)
        };
        self.objects.len() == objects.len() && self.objects.iter().zip(objects).all(is_same)
    }
}

/// A change that many clusters make to the same object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Sets the namespace.
    Namespace(String),
    /// Protects the object from pruning.
    Keep,
}

impl Content {
    fn of(node: Node) -> Arc<Content> {
        Arc::new(Content {
            node,
            text: OnceLock::new(),
            size: OnceLock::new(),
            changed: Mutex::default(),
            joined: Mutex::default(),
        })
    }
}

impl Object {
    pub fn new(source: impl Into<Cow<'static, str>>, node: Node) -> Object {
        Object { source: source.into(), content: Content::of(node) }
    }

    pub fn node(&self) -> &Node {
        &self.content.node
    }

    /// Changes the object. The clusters that share it also share the result of the same `change`.
    pub fn change(&mut self, change: Change, apply: impl FnOnce(&mut Node)) {
        if let Some(content) = Arc::get_mut(&mut self.content) {
            let mut node = std::mem::take(&mut content.node);
            apply(&mut node);
            self.content = Content::of(node);
            return;
        }
        let mut changed = self.content.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = changed.iter().find(|(known, _)| *known == change).map(|(_, content)| Arc::clone(content));
        let content = known.unwrap_or_else(|| {
            let mut node = self.content.node.clone();
            apply(&mut node);
            let content = Content::of(node);
            changed.push((change, Arc::clone(&content)));
            content
        });
        drop(changed);
        self.content = content;
    }

    /// Returns the text of a file with this object alone, as `documents` writes it.
    pub fn text(&self, documents: &mut Documents) -> io::Result<Arc<Text>> {
        if let Some(text) = self.content.text.get() {
            return Ok(Arc::clone(text));
        }
        let mut bytes = Vec::new();
        documents.write(&mut bytes, self.node())?;
        Ok(Arc::clone(self.content.text.get_or_init(|| Arc::new(Text::from(bytes)))))
    }

    /// Returns the text of a file with several objects, each after a comment about its source.
    pub fn joined_text(objects: &[Object], documents: &mut Documents) -> io::Result<Arc<Text>> {
        let Some(first) = objects.first() else { return Ok(Arc::default()) };
        let joined = &first.content.joined;
        // The lock is not held while the text is made: other clusters may have other files that begin with the object.
        let last = || joined.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last().as_ref().filter(|last| last.is_of(objects)).map(|last| last.shared.clone());
        if let Some(text) = known.as_ref().and_then(|(text, _)| text.upgrade()) {
            return Ok(text);
        }
        let mut bytes = Vec::new();
        for object in objects {
            write_source_comment(&mut bytes, &[&object.source])?;
            bytes.extend_from_slice(&object.text(documents)?);
        }
        let hash = known.map(|(_, hash)| hash).unwrap_or_default();
        let text = Arc::new(Text::with_hash(bytes, Arc::clone(&hash)));
        let objects = objects.iter().map(|object| (object.source.clone(), Arc::downgrade(&object.content))).collect();
        *last() = Some(Joined { objects, shared: (Arc::downgrade(&text), hash) });
        Ok(text)
    }

    /// Returns the size of the annotations after `kubectl apply` in bytes, if it exceeds the limit.
    pub fn too_large(&self) -> Option<usize> {
        *self.content.size.get_or_init(|| apply_size::too_large(self.node()))
    }
}
