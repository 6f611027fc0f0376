//! A set of parsed templates, which can call one another by name.

use mkmanifests_go::quote::quote;
use std::borrow::Cow;
use std::sync::Arc;

use super::ast::{Source, Tree, is_empty};
use super::coverage::Coverage;
use super::environment::Environment;
use super::error::{CallError, Error, ErrorKind};
use super::exec::{self, Caller};
use super::function::Functions;
use super::parse;
use super::raw_text;
use super::value::{Str, Value};
use mkmanifests_go::stack::on_deep_stack;

/// What a template gets for a key that a map does not have.
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

/// Limits on the work of a rendering, since templates are other people's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most nodes and function calls. Generating a key or password counts as many steps.
    pub steps: u64,
    /// How deep templates may be nested, by `template` or by functions such as `include`.
    pub depth: usize,
    /// The most bytes of output. The output of an included template counts at each level.
    pub output: usize,
    /// The most bytes of texts and lists that functions return, since a template can double a text repeatedly.
    pub allocated: usize,
}

impl Default for Limits {
    /// Returns limits far above what public charts need, and low enough for a small machine.
    fn default() -> Self {
        Limits { steps: 200_000_000, depth: 4_000, output: 256 << 20, allocated: 1 << 30 }
    }
}

/// The output of a template, and where it comes from.
#[derive(Debug, Clone, Default)]
pub struct Traced {
    /// The output.
    pub text: Vec<u8>,
    /// For each line of the output, the line of the template that rendered it, from 1. For an included template, that
    /// is the line of the action that includes it.
    pub lines: Vec<u32>,
    /// How many of the [`Limits::steps`] the rendering took.
    pub steps: u64,
}

/// The text of one [`Templates::parse`] without its definitions, for [`super::Caller::render_parsed`].
#[derive(Debug, Clone)]
pub struct Parsed(pub(super) Option<Arc<Tree>>);

/// Parses a text into syntax trees: one per definition, and last the tree of the text itself.
///
/// # Errors
/// Go's error, with `name` and the line.
pub fn parse_trees(functions: &Functions, name: &str, text: &str) -> Result<Vec<Arc<Tree>>, Box<Error>> {
    parse_bytes(functions, name, text.as_bytes())
}

/// Parses bytes that need not be UTF-8, as [`parse_trees`] does.
///
/// # Errors
/// Go's error, with `name` and the line.
pub fn parse_bytes(functions: &Functions, name: &str, bytes: &[u8]) -> Result<Vec<Arc<Tree>>, Box<Error>> {
    let text = raw_text::encode(bytes);
    let raw = matches!(text, Cow::Owned(_));
    let source = Arc::new(Source { name: Arc::from(name), text: text.into(), raw });
    on_deep_stack(|| parse::parse(&source, functions))
}

/// Parsed templates, and the functions that they can call.
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
    /// What a template gets for a key that a map does not have.
    pub missing_key: MissingKey,
    /// Whether `range` repeats its body as often as an integer says, as since Go 1.24. Before, it is an error.
    pub range_integers: bool,
    /// The limits of each rendering.
    pub limits: Limits,
    /// What functions know beyond their arguments; the default is the clock and the randomness of the system.
    pub environment: Environment,
    /// Where to record what runs; nowhere by default.
    pub coverage: Option<Arc<Coverage>>,
}

impl Templates {
    /// Creates an empty set.
    pub fn new(functions: Arc<Functions>) -> Templates {
        Templates {
            name: Arc::from("gotpl"),
            functions,
            parent: None,
            trees: foldhash::HashMap::default(),
            missing_key: MissingKey::default(),
            range_integers: true,
            limits: Limits::default(),
            environment: Environment::default(),
            coverage: None,
        }
    }

    /// Creates a set that sees all templates of `parent`. The definitions of the child are not visible in `parent`.
    /// This is Go's `Clone`.
    pub fn child(parent: &Arc<Templates>) -> Templates {
        Templates {
            name: Arc::clone(&parent.name),
            functions: Arc::clone(&parent.functions),
            parent: Some(Arc::clone(parent)),
            trees: foldhash::HashMap::default(),
            missing_key: parent.missing_key,
            range_integers: parent.range_integers,
            limits: parent.limits,
            environment: parent.environment.clone(),
            coverage: parent.coverage.clone(),
        }
    }

    /// Sets the name, which Go's error for a missing template contains. The default is Helm's, `gotpl`.
    #[must_use]
    pub fn named(mut self, name: &str) -> Templates {
        self.name = Arc::from(name);
        self
    }

    /// Returns the functions that the templates can call.
    pub fn functions(&self) -> &Arc<Functions> {
        &self.functions
    }

    /// Parses a text and its definitions into the set. A definition replaces an earlier one of the same name, unless
    /// only the new one is empty.
    ///
    /// Returns the text without its definitions: if it is blank, the set keeps an earlier template of that name.
    ///
    /// # Errors
    /// Go's error, with `name` and the line. The set is then unchanged.
    pub fn parse(&mut self, name: &str, text: &str) -> Result<Parsed, Box<Error>> {
        let source = Arc::new(Source { name: Arc::from(name), text: Arc::from(text), raw: false });
        let trees = on_deep_stack(|| parse::parse(&source, &self.functions))?;
        let main = trees.iter().find(|tree| tree.name == source.name).map(Arc::clone);
        self.add(&trees);
        Ok(Parsed(main))
    }

    /// Adds the trees that [`parse_trees`] returned for the functions of this set, as [`Templates::parse`] does.
    pub fn add(&mut self, trees: &[Arc<Tree>]) {
        for tree in trees {
            let name = Str::from(Arc::clone(&tree.name));
            if is_empty(&tree.root, &tree.source.text) && self.get(&name).is_some() {
                continue;
            }
            self.trees.insert(name, Arc::clone(tree));
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

    /// Returns whether the set has a template with a name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(&Str::from(name)).is_some()
    }

    /// Returns the names of all templates, in no particular order.
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

    /// Renders a template to bytes, with `data` as the dot.
    ///
    /// # Errors
    /// Go's error, an unknown template, and the [`Limits`].
    pub fn render(self: &Arc<Self>, name: &str, data: Value) -> Result<Vec<u8>, Box<Error>> {
        on_deep_stack(|| exec::render(self, &Str::from(name), data))
    }

    /// Calls a function outside of any template. The arguments are checked as those in a template.
    ///
    /// # Errors
    /// The error of the function, an unknown function, and Go's error for a wrong number or type of arguments.
    pub fn call(self: &Arc<Self>, name: &str, args: &[Value]) -> Result<Value, CallError> {
        let function = self.functions.get(name).ok_or_else(|| format!("function {name:?} not defined"))?;
        Caller::alone(self, |caller| caller.call(function, args))
    }

    /// Renders a template as [`Templates::render`] does. Also returns the origin of each line, and the number of steps.
    ///
    /// # Errors
    /// Go's error, an unknown template, and the [`Limits`].
    pub fn render_traced(self: &Arc<Self>, name: &str, data: Value) -> Result<Traced, Box<Error>> {
        on_deep_stack(|| exec::render_traced(self, &Str::from(name), data))
    }
}
