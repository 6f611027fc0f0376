//! Follows the values through templates without running them.
//!
//! Every branch is taken. Where a value goes to what is not followed (it is printed, `toYaml` and most functions), all
//! of it counts as read; where nobody knows what a value is, a name that is asked of it counts as read everywhere in
//! the chart.

mod call;
mod step;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::reads::Reads;
use super::scopes::Scopes;
use super::traced::{Thing, Traced};
use crate::chart::engine;
use crate::gotmpl::ast::{Arg, ArgKind, Branch, Call, Command, Node, Pipe, Tree};
use crate::gotmpl::sprig::surroundings::{Clock, Randomness, Surroundings};
use crate::gotmpl::{Functions, parse_trees};
use crate::tree;

/// How many nodes are walked: real charts need some ten thousand.
const MAX_STEPS: usize = 400_000;
/// How many templates may be inside one another.
const MAX_DEPTH: usize = 60;
/// How often the body of a `range` is walked until its variables stay the same.
const MAX_ROUNDS: usize = 4;

/// What the templates of the charts read; `None` if there are too many of them to say.
pub(super) fn trace(scopes: &Scopes<'_>, user: &tree::Node) -> Option<Reads> {
    let surroundings = Surroundings { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(String::new()) };
    let functions = engine::functions(&surroundings);
    let mut tracer = Tracer::new(scopes, &functions);
    let files = tracer.parse();
    for (scope, tree) in &files {
        tracer.run(*scope, tree, Thing::Dot(*scope).into());
    }
    tracer.texts(user);
    if tracer.steps < MAX_STEPS { Some(tracer.reads) } else { None }
}

struct Tracer<'t> {
    scopes: &'t Scopes<'t>,
    functions: &'t Functions,
    /// All templates of a name, since charts may define the same one, and the chart of each.
    definitions: HashMap<Arc<str>, Vec<(usize, Arc<Tree>)>>,
    reads: Reads,
    /// What was walked: the chart that it was walked for, the template, its dot.
    seen: HashSet<(usize, usize, Traced)>,
    /// Texts that were parsed meanwhile: a template in `seen` is known by its address, so each has to stay.
    kept: Vec<Arc<Tree>>,
    /// The chart whose template is walked.
    scope: usize,
    /// The text of that template.
    text: Arc<str>,
    steps: usize,
    depth: usize,
    /// Whether some template takes texts for templates.
    has_tpl: bool,
}

/// The variables of one template.
struct Frame {
    dollar: Traced,
    variables: Vec<(u32, Traced)>,
    /// Whether a variable became more than it was.
    changed: bool,
}

impl<'t> Tracer<'t> {
    fn new(scopes: &'t Scopes<'t>, functions: &'t Functions) -> Self {
        Tracer {
            scopes,
            functions,
            definitions: HashMap::new(),
            reads: Reads::new(),
            seen: HashSet::new(),
            kept: Vec::new(),
            scope: 0,
            text: Arc::from(""),
            steps: 0,
            depth: 0,
            has_tpl: false,
        }
    }

    /// Parses all templates; those that render are returned, each with its chart.
    fn parse(&mut self) -> Vec<(usize, Arc<Tree>)> {
        let mut files = Vec::new();
        for (number, scope) in self.scopes.0.iter().enumerate() {
            for file in &scope.chart.templates {
                let is_partial = file.base_name().starts_with('_');
                if scope.chart.is_library() && !is_partial {
                    continue;
                }
                let text = file.text();
                let Ok(mut trees) = parse_trees(self.functions, &file.name, &text) else {
                    self.scan(number, &text);
                    continue;
                };
                let own = trees.iter().position(|tree| *tree.name == *file.name).map(|at| trees.remove(at));
                files.extend(own.filter(|_| !is_partial).map(|tree| (number, tree)));
                for tree in trees {
                    self.definitions.entry(Arc::clone(&tree.name)).or_default().push((number, tree));
                }
            }
        }
        files
    }

    /// Takes all texts in values, and files beside the templates, for templates if something may render them.
    fn texts(&mut self, user: &tree::Node) {
        if !self.has_tpl {
            return;
        }
        let scopes = self.scopes;
        scopes.texts(user, &mut |scope, text| self.text_of(scope, text));
        for (number, scope) in scopes.0.iter().enumerate() {
            for file in &scope.chart.files {
                let text = file.text();
                if text.contains("{{") && text.contains(".Values") {
                    self.text_of(number, &text);
                }
            }
        }
    }

    fn text_of(&mut self, scope: usize, text: &str) {
        let outer = std::mem::replace(&mut self.scope, scope);
        self.text(text, &Traced::from(Thing::Dot(scope)).or(Traced::lost()));
        self.scope = outer;
    }

    /// A text that is a template.
    fn text(&mut self, text: &str, dot: &Traced) {
        match parse_trees(self.functions, "gotpl", text) {
            Ok(trees) => {
                for tree in trees {
                    self.run(self.scope, &tree, dot.clone());
                    self.kept.push(tree);
                }
            }
            Err(_) => self.scan(self.scope, text),
        }
    }

    /// What is no template by itself may become a part of one: whatever follows `.Values` in it is read.
    fn scan(&mut self, scope: usize, text: &str) {
        for after in text.split(".Values").skip(1) {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
            let values = self.values_of(scope);
            let path = self.reads.descend(values, after[..end].split('.').filter(|name| !name.is_empty()));
            self.reads.take_whole(path);
        }
    }

    /// Walks a template for a chart, unless it was already with that dot.
    fn run(&mut self, scope: usize, tree: &Arc<Tree>, dot: Traced) {
        if self.depth >= MAX_DEPTH {
            self.steps = MAX_STEPS;
        }
        let address = Arc::as_ptr(tree) as usize;
        if self.steps >= MAX_STEPS || !self.seen.insert((scope, address, dot.clone())) {
            return;
        }
        let outer = std::mem::replace(&mut self.scope, scope);
        let outer_text = std::mem::replace(&mut self.text, Arc::clone(&tree.source.text));
        self.depth += 1;
        let mut frame = Frame { dollar: dot.clone(), variables: Vec::new(), changed: false };
        self.list(&mut frame, &tree.root, &dot);
        self.depth -= 1;
        self.text = outer_text;
        self.scope = outer;
    }

    fn list(&mut self, frame: &mut Frame, list: &[Node], dot: &Traced) {
        for node in list {
            self.steps += 1;
            if self.steps >= MAX_STEPS {
                return;
            }
            self.node(frame, node, dot);
        }
    }

    /// What is in a block: its variables end with it.
    fn block(&mut self, frame: &mut Frame, list: &[Node], dot: &Traced) {
        let outer = frame.variables.len();
        self.list(frame, list, dot);
        frame.variables.truncate(outer);
    }

    fn node(&mut self, frame: &mut Frame, node: &Node, dot: &Traced) {
        let outer = frame.variables.len();
        match node {
            Node::Text(..) | Node::Break | Node::Continue => return,
            Node::Action(pipe) => {
                let value = self.pipe(frame, pipe, dot);
                if pipe.decl.is_empty() {
                    self.take(&value);
                }
                return;
            }
            Node::If(branch) => {
                self.pipe(frame, &branch.pipe, dot);
                self.block(frame, &branch.list, dot);
                self.otherwise(frame, branch, dot);
            }
            Node::With(branch) => {
                let inner = self.pipe(frame, &branch.pipe, dot);
                self.block(frame, &branch.list, &inner);
                self.otherwise(frame, branch, dot);
            }
            Node::Range(branch) => self.range(frame, branch, dot),
            Node::Template(call) => self.template(frame, call, dot),
        }
        frame.variables.truncate(outer);
    }

    fn otherwise(&mut self, frame: &mut Frame, branch: &Branch, dot: &Traced) {
        self.block(frame, branch.otherwise.as_deref().unwrap_or_default(), dot);
    }

    fn range(&mut self, frame: &mut Frame, branch: &Branch, dot: &Traced) {
        let over = self.commands(frame, &branch.pipe, dot);
        let each = self.each(&over);
        if let [variables @ .., last] = &branch.pipe.decl[..] {
            variables.iter().for_each(|key| frame.set(branch.pipe.assign, key.id, Traced::lost()));
            frame.set(branch.pipe.assign, last.id, each.clone());
        }
        let before = std::mem::replace(&mut frame.changed, false);
        for _ in 0..MAX_ROUNDS {
            frame.changed = false;
            self.block(frame, &branch.list, &each);
            if !frame.changed {
                break;
            }
        }
        if frame.changed {
            let all: Traced = frame.variables.iter().map(|(_, value)| value.clone()).collect();
            self.take_values(&all);
        }
        frame.changed |= before;
        self.otherwise(frame, branch, dot);
    }

    fn template(&mut self, frame: &mut Frame, call: &Call, dot: &Traced) {
        let dot = call.pipe.as_ref().map(|pipe| self.pipe(frame, pipe, dot)).unwrap_or_default();
        self.include(&call.name.to_string(), dot);
    }

    /// What a pipeline gives; its variables are set.
    fn pipe(&mut self, frame: &mut Frame, pipe: &Pipe, dot: &Traced) -> Traced {
        let value = self.commands(frame, pipe, dot);
        for variable in &pipe.decl {
            frame.set(pipe.assign, variable.id, value.clone());
        }
        value
    }

    fn commands(&mut self, frame: &mut Frame, pipe: &Pipe, dot: &Traced) -> Traced {
        let mut value = None;
        for command in pipe.commands() {
            value = Some(self.command(frame, command, value, dot));
        }
        value.unwrap_or_default()
    }

    fn command(&mut self, frame: &mut Frame, command: &Command, piped: Option<Traced>, dot: &Traced) -> Traced {
        self.steps += 1;
        let Some((first, rest)) = command.args.split_first() else { return Traced::default() };
        let mut args: Vec<Traced> = rest.iter().map(|arg| self.arg(frame, arg, dot)).collect();
        args.extend(piped);
        if let ArgKind::Function(function) = &first.kind {
            return self.call(function.name, rest, args);
        }
        // A field with arguments is a method: of `.Files`, say.
        let value = self.arg(frame, first, dot);
        if !args.is_empty() {
            args.iter().for_each(|arg| self.take(arg));
            self.take(&value);
            return Traced::lost();
        }
        value
    }

    fn arg(&mut self, frame: &mut Frame, arg: &Arg, dot: &Traced) -> Traced {
        match &arg.kind {
            ArgKind::Function(function) => self.call(function.name, &[], Vec::new()),
            ArgKind::Dot => dot.clone(),
            ArgKind::Nil | ArgKind::Bool(_) | ArgKind::Number(_) => Traced::default(),
            ArgKind::Str(_, text) => Thing::Text(text.to_string().into()).into(),
            ArgKind::Field(fields) => self.fields(dot.clone(), *fields),
            ArgKind::Variable(variable, fields) => self.fields(frame.get(variable.id), *fields),
            ArgKind::Chain(base, fields) => {
                let base = self.arg(frame, base, dot);
                self.fields(base, *fields)
            }
            ArgKind::Pipe(pipe) => self.pipe(frame, pipe, dot),
        }
    }
}

impl Frame {
    fn get(&self, id: u32) -> Traced {
        let found = self.variables.iter().rev().find(|(other, _)| *other == id);
        found.map_or_else(|| self.dollar.clone(), |(_, value)| value.clone())
    }

    fn set(&mut self, assign: bool, id: u32, value: Traced) {
        let known = self.variables.iter_mut().rev().find(|(other, _)| *other == id);
        match known.filter(|_| assign) {
            Some((_, known)) => {
                let before = known.0.len();
                let all = std::mem::take(known).or(value);
                self.changed |= all.0.len() != before;
                *known = all;
            }
            None => self.variables.push((id, value)),
        }
    }
}
