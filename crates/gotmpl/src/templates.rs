//! A set of parsed templates that know one another by name.

use mkmanifests_go::quote::quote;
use std::borrow::Cow;
use std::sync::Arc;

use super::ast::{Source, Tree, is_empty};
use super::error::{Error, ErrorKind};
use super::exec;
use super::function::Functions;
use super::parse;
use super::raw_text;
use super::value::{Str, Value};
use mkmanifests_go::stack::on_deep_stack;

/// What a key that a map does not have gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// No value, and no error for fields of it: `missingkey=default`.
    #[default]
    Default,
    /// The zero value of the map's element type: `missingkey=zero`, which Helm sets.
    Zero,
    /// An error: `missingkey=error`, Helm's `--strict`.
    Error,
}

/// How much a rendering may do, since templates are other people's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nodes walked and functions called; making keys and passwords counts for many.
    pub steps: u64,
    /// Templates inside one another, by `template` or by functions such as `include`.
    pub depth: usize,
    /// Bytes written, those of included templates counted each time.
    pub output: usize,
    /// Bytes of the texts and lists that functions give, since templates can double them again and again.
    pub made: usize,
}

impl Default for Limits {
    /// Far above what any chart does, and below what harms a small machine.
    fn default() -> Self {
        Limits { steps: 200_000_000, depth: 4_000, output: 256 << 20, made: 1 << 30 }
    }
}

/// What a template gave, and how.
#[derive(Debug, Clone, Default)]
pub struct Traced {
    /// The output.
    pub text: Vec<u8>,
    /// For each line of the output the line of the template that made it, from 1. Lines that an included template made
    /// are of the action that included it.
    pub lines: Vec<u32>,
    /// What counts towards [`Limits::steps`].
    pub steps: u64,
}

/// What the text of one [`Templates::parse`] renders to by itself; [`super::Caller::render_parsed`] takes it.
#[derive(Debug, Clone)]
pub struct Parsed(pub(super) Option<Arc<Tree>>);

/// Parses a text for who wants to look into it: the trees of what it defines, the one of the text itself last.
///
/// # Errors
/// Go's, with the line in `name`.
pub fn parse_trees(functions: &Functions, name: &str, text: &str) -> Result<Vec<Arc<Tree>>, Box<Error>> {
    parse_bytes(functions, name, text.as_bytes())
}

/// The same for a text that need not be UTF-8.
pub fn parse_bytes(functions: &Functions, name: &str, bytes: &[u8]) -> Result<Vec<Arc<Tree>>, Box<Error>> {
    let text = raw_text::encode(bytes);
    let raw = matches!(text, Cow::Owned(_));
    let source = Arc::new(Source { name: Arc::from(name), text: text.into(), raw });
    on_deep_stack(|| parse::parse(&source, functions))
}

/// Parsed templates and the functions that they may call.
///
/// ```
/// use std::sync::Arc;
/// use mkmanifests_gotmpl::{Functions, Templates, Value};
///
/// let mut templates = Templates::new(Arc::new(Functions::new()));
/// templates.parse("greeting", "Hello, {{ .name }}!")?;
/// let data = Value::map([("name", Value::from("Anna"))]);
/// assert_eq!(Arc::new(templates).render("greeting", data)?, b"Hello, Anna!");
/// # Ok::<(), Box<mkmanifests_gotmpl::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Templates {
    name: Arc<str>,
    functions: Arc<Functions>,
    parent: Option<Arc<Templates>>,
    trees: foldhash::HashMap<Str, Arc<Tree>>,
    /// What a key that a map does not have gives.
    pub missing_key: MissingKey,
    /// How much a rendering may do.
    pub limits: Limits,
}

impl Templates {
    /// An empty set.
    pub fn new(functions: Arc<Functions>) -> Templates {
        Templates {
            name: Arc::from("gotpl"),
            functions,
            parent: None,
            trees: foldhash::HashMap::default(),
            missing_key: MissingKey::default(),
            limits: Limits::default(),
        }
    }

    /// A set that sees all of `parent`, and whose own definitions `parent` does not see: Go's `Clone`.
    pub fn child(parent: &Arc<Templates>) -> Templates {
        Templates {
            name: Arc::clone(&parent.name),
            functions: Arc::clone(&parent.functions),
            parent: Some(Arc::clone(parent)),
            trees: foldhash::HashMap::default(),
            missing_key: parent.missing_key,
            limits: parent.limits,
        }
    }

    /// Names the set, for Go's error about a template that is not there. Helm's is `gotpl`, as is the default.
    #[must_use]
    pub fn named(mut self, name: &str) -> Templates {
        self.name = Arc::from(name);
        self
    }

    /// The functions that the templates may call.
    pub fn functions(&self) -> &Arc<Functions> {
        &self.functions
    }

    /// Parses a text and all that it defines. A definition replaces an earlier one of its name, unless it is
    /// empty and the earlier one is not.
    ///
    /// The text itself, without its definitions, is also given back, since a set keeps what it has under `name`
    /// if the text is blank.
    ///
    /// # Errors
    /// Go's, with the line in `name`. Nothing of the text is then kept.
    pub fn parse(&mut self, name: &str, text: &str) -> Result<Parsed, Box<Error>> {
        let source = Arc::new(Source { name: Arc::from(name), text: Arc::from(text), raw: false });
        let trees = on_deep_stack(|| parse::parse(&source, &self.functions))?;
        let main = trees.iter().find(|tree| tree.name == source.name).map(Arc::clone);
        self.add(trees);
        Ok(Parsed(main))
    }

    /// Adds what [`parse_trees`] gave for a text with the functions of this set, as [`Templates::parse`] does.
    pub fn add(&mut self, trees: Vec<Arc<Tree>>) {
        for tree in trees {
            let name = Str::from(Arc::clone(&tree.name));
            if is_empty(&tree.root, &tree.source.text) && self.get(&name).is_some() {
                continue;
            }
            self.trees.insert(name, tree);
        }
    }

    pub(super) fn get(&self, name: &Str) -> Option<&Arc<Tree>> {
        let mut set = self;
        loop {
            if let Some(tree) = set.trees.get(name) {
                return Some(tree);
            }
            set = set.parent.as_deref()?;
        }
    }

    /// Whether there is a template of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(&Str::from(name)).is_some()
    }

    /// The names of all templates, in no order.
    pub fn names(&self) -> Vec<&Str> {
        let sets = std::iter::successors(Some(self), |set| set.parent.as_deref());
        sets.flat_map(|set| set.trees.keys()).collect()
    }

    pub(super) fn unknown(&self, name: &Str) -> Error {
        let quote = |name: &[u8]| quote(name);
        let (quoted, own) = (quote(name.as_bytes()), quote(self.name.as_bytes()));
        Error::new(format!("template: no template {quoted} associated with template {own}"))
            .of_kind(ErrorKind::UnknownTemplate(name.to_string()))
    }

    /// Renders a template with `data` as its dot.
    ///
    /// # Errors
    /// Go's, and those of the [`Limits`].
    pub fn render(self: &Arc<Self>, name: &str, data: Value) -> Result<Vec<u8>, Box<Error>> {
        on_deep_stack(|| exec::render(self, &Str::from(name), data))
    }

    /// The same, with where each line comes from and what the rendering took.
    ///
    /// # Errors
    /// Go's, and those of the [`Limits`].
    pub fn render_traced(self: &Arc<Self>, name: &str, data: Value) -> Result<Traced, Box<Error>> {
        on_deep_stack(|| exec::render_traced(self, &Str::from(name), data))
    }
}
