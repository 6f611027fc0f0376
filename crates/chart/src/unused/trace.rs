//! Follows the values through templates without executing them.
//!
//! This is an abstract interpretation. Every branch is analysed. A template is analysed once per dot that it is called
//! with; of its output, only short texts are tracked. A map or list that a template creates is one [`Object`] per
//! position and context, except that `dict`s of the same values share one. Objects and sets only grow, and a context
//! that reads one is analysed again when it grows, until nothing changes. Contexts, texts and paths are limited, so
//! that recursive templates end.
//!
//! If a value goes where it is not tracked (it is printed, `toYaml` and most functions), all of it counts as read.

mod access;
mod call;
mod change;
mod names;
mod texts;
mod walk;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::objects::{Object, ObjectId};
use super::reads::Reads;
use super::scopes::Scopes;
use super::sets::{AbstractValue, Set, Sets, TextId};
use crate::functions;
use crate::parsing::ByFile;
use mkmanifests_gotmpl::Functions;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_yaml::tree;

/// The most steps of the whole analysis, so that it takes no longer than rendering.
const MAX_STEPS: usize = 1_000_000;
/// The most steps for one template.
const MAX_STEPS_OF_TEMPLATE: usize = 400_000;
/// The most dots with which a template is analysed separately; further ones are analysed together.
const MAX_CONTEXTS: usize = 24;
/// How deep a template is analysed within itself before its further dots are combined.
const MAX_RECURSION: usize = 4;
/// How deep included templates are analysed immediately; deeper ones wait in a queue.
const MAX_DEPTH: usize = 100;
/// The most texts that a template may render to; more count as any text.
const MAX_OUTPUTS: usize = 16;
/// The position of the object that represents many dots.
const SUMMARY: usize = 0;

/// The values that the templates of the charts read.
pub(super) struct Traced<'v> {
    pub reads: Reads<'v>,
    /// The templates that are too complex. What they are called with counts as read.
    pub too_complex: Vec<Arc<str>>,
}

impl<'v> Traced<'v> {
    /// Returns the result without templates: nothing is read.
    pub fn nothing(scopes: &'v Scopes<'v>, values: &[&'v tree::Node]) -> Traced<'v> {
        Traced { reads: Reads::new(scopes, values), too_complex: Vec::new() }
    }
}

/// Finds what the templates of the charts read of `values`.
pub(super) fn trace<'v>(scopes: &'v Scopes<'v>, values: &[&'v tree::Node], parsed: &ByFile) -> Traced<'v> {
    let functions = functions();
    let mut tracer = Tracer::new(scopes, values, &functions);
    for (scope, tree) in tracer.parse(parsed) {
        let dot = tracer.sets.one(AbstractValue::Dot(scope));
        tracer.visit(&tree, dot);
    }
    tracer.run();
    let mut too_complex = tracer.too_complex;
    too_complex.sort_unstable();
    too_complex.dedup();
    Traced { reads: tracer.reads, too_complex }
}

struct Tracer<'f, 't> {
    scopes: &'t Scopes<'t>,
    values: Vec<&'t tree::Node>,
    functions: &'f Arc<Functions>,
    /// The templates by name; several charts may define the same name.
    definitions: HashMap<Arc<str>, Vec<Arc<Tree>>>,
    /// The templates that match a name with holes.
    matching: HashMap<TextId, Arc<[Arc<Tree>]>>,
    reads: Reads<'t>,
    sets: Sets,
    /// The objects; the first ones are what templates add to the dots of the charts.
    objects: Vec<Object>,
    /// The object of each context and position in its template.
    places: HashMap<(usize, usize), ObjectId>,
    contexts: Vec<Context>,
    context_ids: HashMap<(usize, Set), usize>,
    /// The state of each template, by its address.
    templates: HashMap<usize, Template>,
    queue: VecDeque<usize>,
    /// Contexts that represent many dots. They wait until all others are done, so that they are analysed less often.
    waiting: VecDeque<usize>,
    texts: texts::Texts,
    /// The current context.
    current: usize,
    /// The text of the current template.
    text: Arc<str>,
    /// How deep the current template is included.
    depth: usize,
    /// The steps of the current template, and of the whole analysis.
    steps: usize,
    all_steps: usize,
    /// The objects of `dict`s, by their initial content.
    dicts: HashMap<Vec<(Set, Set)>, ObjectId>,
    too_complex: Vec<Arc<str>>,
}

/// A template and the dot with which it is analysed.
struct Context {
    tree: Arc<Tree>,
    dot: Set,
    /// The texts that it may render to.
    output: Set,
    /// The contexts that include it.
    callers: BTreeSet<usize>,
    is_queued: bool,
    /// Whether it represents many dots.
    is_summary: bool,
}

/// The state of a template.
#[derive(Default)]
struct Template {
    contexts: usize,
    /// How many of its contexts are being analysed.
    active: usize,
    /// The context for all further dots.
    rest: Option<usize>,
    steps: usize,
}

impl<'f, 't> Tracer<'f, 't> {
    fn new(scopes: &'t Scopes<'t>, values: &[&'t tree::Node], functions: &'f Arc<Functions>) -> Self {
        Tracer {
            scopes,
            values: values.to_vec(),
            functions,
            definitions: HashMap::new(),
            matching: HashMap::new(),
            reads: Reads::new(scopes, values),
            sets: Sets::new(),
            objects: scopes.0.iter().map(|_| Object::new()).collect(),
            places: HashMap::new(),
            contexts: Vec::new(),
            context_ids: HashMap::new(),
            templates: HashMap::new(),
            queue: VecDeque::new(),
            waiting: VecDeque::new(),
            texts: texts::Texts::default(),
            current: 0,
            text: Arc::from(""),
            depth: 0,
            steps: 0,
            all_steps: 0,
            dicts: HashMap::new(),
            too_complex: Vec::new(),
        }
    }

    /// Parses all templates that have not been parsed. Returns those that render, each with its chart.
    fn parse(&mut self, known: &ByFile) -> Vec<(usize, Arc<Tree>)> {
        let mut files = Vec::new();
        // Charts often contain copies of the same library.
        let mut parsed: HashSet<Arc<str>> = HashSet::new();
        for (number, scope) in self.scopes.0.iter().enumerate() {
            for file in &scope.chart.templates {
                let is_partial = file.base_name().starts_with('_');
                if scope.chart.is_library() && !is_partial {
                    continue;
                }
                let text = file.text();
                if is_partial && parsed.contains(&*text) {
                    continue;
                }
                let trees = match known.get(file) {
                    Some(trees) => Ok(trees),
                    None => scope.chart.trees.slot(self.functions, &file.name, file).parsed(&file.name),
                };
                let Ok(trees) = trees else {
                    self.scan(number, &text);
                    continue;
                };
                let own = trees.iter().find(|tree| tree.name == tree.source.name && !is_partial);
                files.extend(own.map(|tree| (number, Arc::clone(tree))));
                self.define(&trees);
                if is_partial {
                    parsed.insert(Arc::from(&*text));
                }
            }
        }
        files
    }

    fn define(&mut self, trees: &[Arc<Tree>]) {
        self.matching.clear();
        for tree in trees {
            self.definitions.entry(Arc::clone(&tree.name)).or_default().push(Arc::clone(tree));
        }
    }

    /// Analyses a template with a dot, unless it was analysed with it. Returns the context.
    fn visit(&mut self, tree: &Arc<Tree>, dot: Set) -> usize {
        self.steps += 1;
        let address = Arc::as_ptr(tree) as usize;
        if let Some(context) = self.context_ids.get(&(address, dot)) {
            return *context;
        }
        let template = self.templates.entry(address).or_default();
        if template.contexts < MAX_CONTEXTS && template.active < MAX_RECURSION {
            template.contexts += 1;
            let context = self.add_context(tree, dot);
            self.context_ids.insert((address, dot), context);
            // Its output is then known immediately, so that its callers are rarely analysed again.
            if self.depth < MAX_DEPTH {
                self.walk_context(context);
            } else {
                self.enqueue(context);
            }
            return context;
        }
        let rest = template.rest;
        let rest = rest.unwrap_or_else(|| {
            let context = self.add_context(tree, Set::EMPTY);
            self.contexts[context].is_summary = true;
            self.enqueue(context);
            self.templates.entry(address).or_default().rest = Some(context);
            context
        });
        self.context_ids.insert((address, dot), rest);
        let dot = self.summarized(rest, dot);
        self.widen_context(rest, dot);
        rest
    }

    /// Returns a dot whose objects are combined into one, for a context that represents many dots.
    fn summarized(&mut self, context: usize, dot: Set) -> Set {
        let current = std::mem::replace(&mut self.current, context);
        let summary = self.object(SUMMARY);
        self.current = current;
        let mut things = self.sets.get(dot).to_vec();
        for thing in &mut things {
            if let AbstractValue::Object(object) = *thing {
                self.add_member(summary, object);
                *thing = AbstractValue::Object(summary);
            }
        }
        self.sets.of(things)
    }

    fn add_context(&mut self, tree: &Arc<Tree>, dot: Set) -> usize {
        self.contexts.push(Context {
            tree: Arc::clone(tree),
            dot,
            output: Set::EMPTY,
            callers: BTreeSet::new(),
            is_queued: false,
            is_summary: false,
        });
        self.contexts.len() - 1
    }

    fn widen_context(&mut self, context: usize, dot: Set) {
        let before = self.contexts[context].dot;
        let after = self.sets.union(before, dot);
        if after != before {
            self.contexts[context].dot = after;
            self.enqueue(context);
        }
    }

    fn enqueue(&mut self, context: usize) {
        if !std::mem::replace(&mut self.contexts[context].is_queued, true) {
            let queue = if self.contexts[context].is_summary { &mut self.waiting } else { &mut self.queue };
            queue.push_back(context);
        }
    }

    /// Analyses all contexts until nothing changes.
    fn run(&mut self) {
        loop {
            while let Some(context) = self.queue.pop_front().or_else(|| self.waiting.pop_front()) {
                self.contexts[context].is_queued = false;
                self.walk_context(context);
            }
            self.texts_as_templates();
            if self.queue.is_empty() {
                return;
            }
        }
    }

    fn walk_context(&mut self, context: usize) {
        let (tree, dot) = (Arc::clone(&self.contexts[context].tree), self.contexts[context].dot);
        let address = Arc::as_ptr(&tree) as usize;
        let template = self.templates.entry(address).or_default();
        template.active += 1;
        let spent_before = template.steps;
        let outer = (self.current, Arc::clone(&self.text), self.steps + std::mem::take(&mut self.sets.size));
        self.current = context;
        self.text = Arc::clone(&tree.source.text);
        self.steps = 0;
        self.depth += 1;
        if self.all_steps < MAX_STEPS && spent_before < MAX_STEPS_OF_TEMPLATE {
            let output = self.walk(&tree, dot);
            self.returns(context, output);
        }
        let spent = self.steps + std::mem::take(&mut self.sets.size) + 1;
        self.all_steps += spent;
        let template = self.templates.entry(address).or_default();
        template.active -= 1;
        template.steps += spent;
        if template.steps >= MAX_STEPS_OF_TEMPLATE || self.all_steps >= MAX_STEPS {
            self.take(dot);
            let unknown = self.unknown();
            self.returns(context, unknown);
            self.too_complex.push(Arc::clone(&tree.name));
        }
        (self.current, self.text, self.steps) = outer;
        self.depth -= 1;
    }

    /// Adds the output of a context. If it is new, its callers are analysed again.
    fn returns(&mut self, context: usize, output: Set) {
        let before = self.contexts[context].output;
        let mut after = self.sets.union(before, output);
        if self.sets.get(after).len() > MAX_OUTPUTS {
            after = self.sets.with_any_text(after);
        }
        if after != before {
            self.contexts[context].output = after;
            let callers: Vec<usize> = self.contexts[context].callers.iter().copied().collect();
            callers.into_iter().for_each(|caller| self.enqueue(caller));
        }
    }

    /// Returns whether the limit for the current template is reached.
    fn is_over(&self) -> bool {
        self.steps >= MAX_STEPS_OF_TEMPLATE || self.all_steps >= MAX_STEPS
    }

    /// Returns the object that is created at a position of the current template.
    fn object(&mut self, place: usize) -> ObjectId {
        if let Some(object) = self.places.get(&(self.current, place)) {
            return *object;
        }
        self.objects.push(Object::new());
        let object = ObjectId(self.objects.len() - 1);
        self.places.insert((self.current, place), object);
        object
    }

    /// Queues the contexts that read an object, which has grown.
    fn grown(&mut self, object: ObjectId) {
        let readers: Vec<usize> = self.objects[object.0].readers.iter().copied().collect();
        self.steps += readers.len();
        readers.into_iter().for_each(|reader| self.enqueue(reader));
    }
}
