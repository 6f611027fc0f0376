//! Finds all lines and branches of a template, and whether they have run.

use std::collections::BTreeMap;
use std::sync::Arc;

use mkmanifests_chart::CoveredTemplate;
use mkmanifests_gotmpl::ast::{self, Arg, ArgKind, Command, Fields, Node, Pipe, Tree, TreeDisplay};
use mkmanifests_gotmpl::coverage::Marks;

use super::lines::Lines;
use super::{Branch, Line, TemplateCoverage, Way};

/// Returns what has run of a template; `None` if it has no content. `path` is that of its file.
pub(crate) fn template(covered: &CoveredTemplate, path: String) -> Option<TemplateCoverage> {
    let text = Arc::clone(&covered.trees.first()?.source.text);
    let mut walk =
        Walk { lines: Lines::of(&text), marks: &covered.marks, found: BTreeMap::new(), branches: Vec::new() };
    for tree in covered.trees.iter() {
        walk.tree(tree);
    }
    let Walk { found, mut branches, .. } = walk;
    branches.sort_by_key(|branch| branch.line);
    let lines = found.into_iter().map(|(number, is_covered)| Line { number, is_covered }).collect();
    Some(TemplateCoverage { name: covered.name.clone(), path, text, lines, branches })
}

struct Walk<'t> {
    lines: Lines<'t>,
    marks: &'t Marks,
    found: BTreeMap<u32, bool>,
    branches: Vec<Branch>,
}

impl Walk<'_> {
    fn tree(&mut self, tree: &Tree) {
        self.list(&tree.root, &tree.source.text);
    }

    fn list(&mut self, nodes: &[Node], text: &str) {
        for node in nodes {
            match node {
                Node::Text(span) => {
                    let has_run = self.marks.has_run(span.start);
                    self.lines.written(*span).into_iter().for_each(|line| self.line(line, has_run));
                }
                Node::Action(pipe) => self.line(self.lines.number(pipe.pos), self.marks.has_run(pipe.pos)),
                Node::Template(call) => self.line(self.lines.number(call.pos), self.marks.has_run(call.pos)),
                Node::If(branch) => self.branch("if", [Way::True, Way::False], branch, text),
                Node::With(branch) => self.branch("with", [Way::True, Way::False], branch, text),
                Node::Range(branch) => self.branch("range", [Way::Items, Way::Empty], branch, text),
                Node::Break | Node::Continue => {}
            }
        }
    }

    /// A line is covered if anything on it has run.
    fn line(&mut self, number: u32, has_run: bool) {
        *self.found.entry(number).or_default() |= has_run;
    }

    fn branch(&mut self, keyword: &str, ways: [Way; 2], branch: &ast::Branch, text: &str) {
        let line = self.lines.number(branch.pipe.pos);
        let condition = format!("{keyword} {}", TreeDisplay(&branch.pipe, text));
        let went = [true, false].map(|way| self.marks.went(branch, way));
        self.line(line, went.contains(&true));
        for (way, is_covered) in ways.into_iter().zip(went) {
            self.branches.push(Branch { line, condition: condition.clone(), way, is_covered });
        }
        self.list(&branch.list, text);
        self.list(branch.otherwise.as_deref().unwrap_or_default(), text);
    }
}

/// Calls `found` with the keys of each value that the expressions that have run read: `image`, `tag` for
/// `.Values.image.tag`. No keys are all values.
pub(crate) struct Expressions<'f> {
    pub found: &'f mut dyn FnMut(Vec<String>),
}

impl Expressions<'_> {
    /// Visits the expressions of a template that have run.
    pub fn of_template(&mut self, covered: &CoveredTemplate) {
        for tree in covered.trees.iter() {
            self.list(&tree.root, &covered.marks, &tree.source.text);
        }
    }

    fn list(&mut self, nodes: &[Node], marks: &Marks, text: &str) {
        for node in nodes {
            match node {
                Node::Action(pipe) if marks.has_run(pipe.pos) => self.pipe(pipe, text),
                Node::Template(call) if marks.has_run(call.pos) => {
                    call.pipe.iter().for_each(|pipe| self.pipe(pipe, text));
                }
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                    if marks.went(branch, true) || marks.went(branch, false) {
                        self.pipe(&branch.pipe, text);
                    }
                    self.list(&branch.list, marks, text);
                    self.list(branch.otherwise.as_deref().unwrap_or_default(), marks, text);
                }
                _ => {}
            }
        }
    }

    fn pipe(&mut self, pipe: &Pipe, text: &str) {
        pipe.commands().for_each(|command| self.command(command, text));
    }

    fn command(&mut self, command: &Command, text: &str) {
        let mut args = command.args.iter();
        if let [Arg { kind: ArgKind::Function(function), .. }, base, keys @ ..] = &*command.args
            && matches!(function.name, "index" | "get")
            && let Some(mut path) = values_in(base, text)
        {
            // The constant keys of `index .Values "image" "tag"`.
            let constants = keys.iter().map_while(|key| match &key.kind {
                ArgKind::Str(_, name) => Some(name.to_string()),
                _ => None,
            });
            path.extend(constants);
            (self.found)(path);
            args = keys.iter();
        }
        args.for_each(|arg| self.arg(arg, text));
    }

    fn arg(&mut self, arg: &Arg, text: &str) {
        if let Some(path) = values_in(arg, text) {
            (self.found)(path);
        }
        match &arg.kind {
            ArgKind::Chain(base, _) => self.arg(base, text),
            ArgKind::Pipe(pipe) => self.pipe(pipe, text),
            _ => {}
        }
    }
}

/// Returns the keys below `.Values` in `.Values.a.b`, `$.Values.a.b`, and `$root.Values.a.b`.
fn values_in(arg: &Arg, text: &str) -> Option<Vec<String>> {
    let (ArgKind::Field(fields) | ArgKind::Variable(_, fields) | ArgKind::Chain(_, fields)) = &arg.kind else {
        return None;
    };
    after_values(*fields, text)
}

fn after_values(fields: Fields, text: &str) -> Option<Vec<String>> {
    let mut names = fields.names(text).skip_while(|name| *name != "Values");
    names.next()?;
    Some(names.map(str::to_owned).collect())
}
