//! Executes parsed templates.

mod arguments;
mod call;
mod field;
mod range;
mod run;

use mkmanifests_go::quote::quote;
use std::sync::Arc;

use super::ast::{Arg, Branch, Call, Command, Node, Pipe, Pos, Span, Tree, TreeDisplay, Variable};
use super::coverage::Marks;
use super::error::{CallError, Error, ErrorKind, TemplateLocation};
use super::fmt;
use super::levels::{self, levels};
use super::raw_text;
use super::templates::{Templates, Traced};
use super::value::{Str, Value};

use self::run::{Mark, Run, weight};
pub use call::Caller;
pub(super) use field::zero as zero_of;

type Result<T> = std::result::Result<T, Box<Error>>;

/// A value during evaluation.
///
/// Go distinguishes a `nil` element of a map or list (`iface`) from a missing value: a field of the former is an error,
/// a field of the latter is missing as well. A pipeline turns the former into the latter.
#[derive(Debug, Clone, Default)]
struct Evaluated {
    value: Value,
    /// Whether it is an element of type `interface {}`.
    iface: bool,
}

impl From<Value> for Evaluated {
    fn from(value: Value) -> Evaluated {
        Evaluated { value, iface: false }
    }
}

impl Evaluated {
    fn type_name(&self) -> std::borrow::Cow<'static, str> {
        if self.iface { "interface {}".into() } else { self.value.type_name() }
    }
}

/// The current location, for errors.
#[derive(Clone, Copy)]
enum ErrorContext<'t> {
    Start,
    Arg(&'t Arg),
    Command(&'t Command),
    Pipe(&'t Pipe),
    Action(&'t Pipe),
    Call(&'t Call),
}

impl ErrorContext<'_> {
    fn pos(self) -> Pos {
        match self {
            ErrorContext::Start => 0,
            ErrorContext::Arg(arg) => arg.pos,
            ErrorContext::Command(command) => command.pos,
            ErrorContext::Pipe(pipe) | ErrorContext::Action(pipe) => pipe.pos,
            ErrorContext::Call(call) => call.pos,
        }
    }

    /// Prints the location as Go does, from the text of the source.
    fn show(self, text: &str) -> String {
        match self {
            ErrorContext::Start => String::new(),
            ErrorContext::Arg(arg) => TreeDisplay(arg, text).to_string(),
            ErrorContext::Command(command) => TreeDisplay(command, text).to_string(),
            ErrorContext::Pipe(pipe) => TreeDisplay(pipe, text).to_string(),
            ErrorContext::Action(pipe) => format!("{{{{{}}}}}", TreeDisplay(pipe, text)),
            ErrorContext::Call(call) => TreeDisplay(call, text).to_string(),
        }
    }
}

/// How execution continues after a node.
#[derive(PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The state of executing one tree.
struct State<'t, 'r> {
    tree: &'t Tree,
    templates: &'r Arc<Templates>,
    run: &'r mut Run,
    out: &'r mut Vec<u8>,
    spot: ErrorContext<'t>,
    /// Where to record what runs of the tree, if it is recorded.
    marks: Option<&'r Marks>,
    /// The ids and values of the variables, the innermost last.
    vars: Vec<(u32, Evaluated)>,
}

/// Renders a template as the outermost one.
pub(super) fn render(templates: &Arc<Templates>, name: &Str, data: Value) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    render_in(templates, name, data, &mut Run::new(templates.limits), &mut out)?;
    Ok(out)
}

/// Renders a template as the outermost one. Also returns the number of steps, and the template's line for each line of
/// output.
pub(super) fn render_traced(templates: &Arc<Templates>, name: &Str, data: Value) -> Result<Traced> {
    let mut run = Run { trace: Some(Vec::new()), ..Run::new(templates.limits) };
    let mut text = Vec::new();
    render_in(templates, name, data, &mut run, &mut text)?;
    let steps = run.steps;
    let source = templates.get(name).map(|tree| Arc::clone(&tree.source));
    let lines = match (source, run.trace) {
        (Some(source), Some(trace)) => lines(&text, &source.text, &trace),
        _ => Vec::new(),
    };
    Ok(Traced { text, lines, steps })
}

/// Returns, for each line of output, the line of the node that began it.
fn lines(out: &[u8], template: &str, trace: &[Mark]) -> Vec<u32> {
    let breaks = |bytes: &[u8]| u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX);
    let mut lines = Vec::new();
    let (mut seen, mut line) = (0, 1);
    for (at, mark) in trace.iter().enumerate() {
        let end = trace.get(at + 1).map_or(out.len(), |next| next.offset);
        let segment = out.get(mark.offset..end).unwrap_or_default();
        // A loop goes back in the template.
        let pos = mark.pos as usize;
        if pos < seen {
            (seen, line) = (0, 1);
        }
        line += breaks(template.as_bytes().get(seen..pos).unwrap_or_default());
        seen = pos;
        if lines.is_empty() {
            lines.push(line);
        }
        let made = (1..=breaks(segment)).map(|below| if mark.text { line + below } else { line });
        lines.extend(made);
    }
    lines
}

fn render_in(templates: &Arc<Templates>, name: &Str, data: Value, run: &mut Run, out: &mut Vec<u8>) -> Result<()> {
    let tree = templates.get(name).ok_or_else(|| Box::new(templates.unknown(name)))?;
    render_tree(templates, tree, data, run, out)
}

fn render_tree(templates: &Arc<Templates>, tree: &Tree, data: Value, run: &mut Run, out: &mut Vec<u8>) -> Result<()> {
    out.reserve(256);
    State::new(templates, tree, run, out).tree(Evaluated::from(data))
}

/// Records that a node runs. Branches are recorded when it is known which way they go.
fn mark(marks: &Marks, node: &Node) {
    match node {
        Node::Text(span) => marks.run(span.start),
        Node::Action(pipe) => marks.run(pipe.pos),
        Node::Template(call) => marks.run(call.pos),
        Node::If(_) | Node::With(_) | Node::Range(_) | Node::Break | Node::Continue => {}
    }
}

impl<'t, 'r> State<'t, 'r> {
    fn new(templates: &'r Arc<Templates>, tree: &'t Tree, run: &'r mut Run, out: &'r mut Vec<u8>) -> State<'t, 'r> {
        let marks = templates.coverage.as_ref().and_then(|coverage| coverage.of(&tree.source));
        State { tree, templates, run, out, spot: ErrorContext::Start, marks, vars: Vec::new() }
    }
}

impl<'t> State<'t, '_> {
    fn fail<T>(&self, reason: impl Into<String>) -> Result<T> {
        Err(self.error(reason.into()))
    }

    fn fail_as<T>(&self, kind: ErrorKind, reason: String) -> Result<T> {
        Err(Box::new(self.error(reason).of_kind(kind)))
    }

    #[cold]
    fn error(&self, reason: String) -> Box<Error> {
        Box::new(Error::exec(self.place(self.spot.pos()), &self.tree.name, self.shown(), reason))
    }

    fn place(&self, pos: Pos) -> TemplateLocation {
        TemplateLocation::new(&self.tree.source.name, &self.tree.source.text, pos)
    }

    /// The text of the template.
    fn source(&self) -> &'t str {
        &self.tree.source.text
    }

    /// Returns the current expression as Go prints it.
    fn shown(&self) -> String {
        self.spot.show(self.source())
    }

    fn function_error(&self, name: &str, error: CallError) -> Box<Error> {
        let mut outer = self.error(format!("error calling {name}: {}", error.message));
        outer.cause = error.cause;
        outer.kind = error.kind.map(|kind| *kind).unwrap_or_default();
        outer
    }

    fn step(&mut self) -> Result<()> {
        self.run.steps += 1;
        if self.run.steps > self.run.limits.steps {
            return self
                .fail_as(ErrorKind::Limit, format!("the template takes more than {} steps", self.run.limits.steps));
        }
        Ok(())
    }

    /// Runs `work` one level deeper. Each level uses stack.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.run.level >= levels(levels::DEEP_LEVELS) {
            return self.fail("blocks, parentheses and templates are nested too deeply");
        }
        self.run.level += 1;
        let result = work(self);
        self.run.level -= 1;
        result
    }

    fn tree(&mut self, dot: Evaluated) -> Result<()> {
        if self.run.depth >= self.run.limits.depth {
            return self.fail(format!("exceeded maximum template depth ({})", self.run.limits.depth));
        }
        self.run.depth += 1;
        self.vars.push((0, dot.clone()));
        let done = self.list(&dot, &self.tree.root);
        self.run.depth -= 1;
        done.map(|_| ())
    }

    fn list(&mut self, dot: &Evaluated, list: &'t [Node]) -> Result<Flow> {
        self.deeper(|state| {
            for node in list {
                let flow = state.node(dot, node)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
            }
            Ok(Flow::Next)
        })
    }

    fn node(&mut self, dot: &Evaluated, node: &'t Node) -> Result<Flow> {
        self.step()?;
        self.trace(node);
        if let Some(marks) = self.marks {
            mark(marks, node);
        }
        match node {
            Node::Text(span) => self.text(*span)?,
            Node::Action(pipe) => {
                let got = self.pipe(dot, pipe)?;
                if pipe.decl.is_empty() {
                    self.print(pipe, &got.value)?;
                }
            }
            Node::If(branch) => return self.branch(dot, branch, false),
            Node::With(branch) => return self.branch(dot, branch, true),
            Node::Range(branch) => return self.range(dot, branch),
            Node::Template(call) => self.template(dot, call)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn trace(&mut self, node: &Node) {
        let (1, Some(trace)) = (self.run.depth, &mut self.run.trace) else { return };
        let (pos, text) = match node {
            Node::Text(span) => (span.start, true),
            Node::Action(pipe) => (pipe.pos, false),
            Node::Template(call) => (call.pos, false),
            _ => return,
        };
        trace.push(Mark { offset: self.out.len(), pos, text });
    }

    fn text(&mut self, span: Span) -> Result<()> {
        let text = span.of(self.source());
        if self.tree.source.raw {
            self.out.extend(raw_text::decode(text));
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
        self.wrote(text.len())
    }

    fn wrote(&mut self, length: usize) -> Result<()> {
        self.run.written += length;
        if self.run.written > self.run.limits.output {
            let reason = format!("the template writes more than {} bytes", self.run.limits.output);
            return self.fail_as(ErrorKind::Limit, reason);
        }
        Ok(())
    }

    fn print(&mut self, pipe: &'t Pipe, value: &Value) -> Result<()> {
        self.spot = ErrorContext::Action(pipe);
        if let Value::Method(_) = value {
            return self.fail(format!("can't print {} of type {}", self.shown(), value.type_name()));
        }
        let before = self.out.len();
        fmt::write_value(self.out, value).or_else(|error| self.fail(error.0))?;
        self.wrote(self.out.len() - before)
    }

    /// Executes `if` or `with`.
    fn branch(&mut self, dot: &Evaluated, branch: &'t Branch, with: bool) -> Result<Flow> {
        let mark = self.vars.len();
        let got = self.pipe(dot, &branch.pipe)?;
        let truth = got.value.truth();
        if let Some(marks) = self.marks {
            marks.go(branch, truth);
        }
        let flow = if truth {
            self.list(if with { &got } else { dot }, &branch.list)
        } else if let Some(otherwise) = &branch.otherwise {
            self.list(dot, otherwise)
        } else {
            Ok(Flow::Next)
        };
        self.vars.truncate(mark);
        flow
    }

    fn template(&mut self, dot: &Evaluated, call: &'t Call) -> Result<()> {
        self.spot = ErrorContext::Call(call);
        let Some(tree) = self.templates.get(&call.name) else {
            let quoted = quote(call.name.as_bytes());
            let kind = ErrorKind::UnknownTemplate(call.name.to_string());
            return self.fail_as(kind, format!("template {quoted} not defined"));
        };
        if self.run.depth >= self.run.limits.depth {
            return self.fail(format!("exceeded maximum template depth ({})", self.run.limits.depth));
        }
        let dot = match &call.pipe {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Evaluated::default(),
        };
        let mut inner = State::new(self.templates, tree, self.run, self.out);
        inner.tree(dot).map_err(|mut error| {
            error.calls.push(self.place(call.pos));
            error
        })
    }

    /// Evaluates a pipeline and sets the variables that it declares.
    fn pipe(&mut self, dot: &Evaluated, pipe: &'t Pipe) -> Result<Evaluated> {
        self.spot = ErrorContext::Pipe(pipe);
        let mut last: Option<Evaluated> = None;
        for command in pipe.commands() {
            let got = self.command(dot, command, last.take())?;
            last = Some(Evaluated::from(got.value));
        }
        let got = last.unwrap_or_default();
        for variable in &pipe.decl {
            if pipe.assign {
                self.assign(variable, got.clone())?;
            } else {
                self.vars.push((variable.id, got.clone()));
            }
        }
        Ok(got)
    }

    fn assign(&mut self, variable: &Variable, got: Evaluated) -> Result<()> {
        match self.vars.iter_mut().rev().find(|(known, _)| *known == variable.id) {
            Some((_, value)) => {
                *value = got;
                Ok(())
            }
            None => self.fail(format!("undefined variable: {}", variable.name.of(self.source()))),
        }
    }
}
