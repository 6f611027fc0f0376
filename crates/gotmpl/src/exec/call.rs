//! Evaluates commands and arguments, and calls functions.

use std::sync::Arc;

use super::arguments::{Checked, Signature, fit, zero};
use super::field::MethodArgs;
use super::{ErrorContext, Evaluated, Result, Run, State, render_in, render_tree, weight};
use crate::ast::{Arg, ArgKind, Command, Number, TreeDisplay, Variable};
use crate::environment::Environment;
use crate::error::{CallError, ErrorKind};
use crate::function::{self, Args, Function, Type};
use crate::templates::{Parsed, Templates};
use crate::value::{IntKind, Str, Value};

/// The code of a function or method.
pub(super) type Code<'c> = dyn Fn(&mut Caller<'_>, Args<'_>) -> std::result::Result<Value, CallError> + 'c;

/// The rendering that calls a function, as the function sees it: the templates and the limits.
pub struct Caller<'a> {
    templates: &'a Arc<Templates>,
    run: &'a mut Run,
    /// Whether an argument is a missing value, and not a nil element: `len` distinguishes them.
    pub(crate) untyped_nil: bool,
    /// The first argument as it is written, for errors of `call`.
    first: Option<TreeDisplay<'a, Arg>>,
}

impl<'a> Caller<'a> {
    /// Runs code that needs a caller outside of any template.
    pub(crate) fn alone<T>(templates: &'a Arc<Templates>, work: impl FnOnce(&mut Caller<'_>) -> T) -> T {
        let mut run = Run::new(templates.limits);
        work(&mut Caller { templates, run: &mut run, untyped_nil: false, first: None })
    }

    /// Returns the templates of the rendering, in which `include` looks up names.
    pub fn templates(&self) -> &'a Arc<Templates> {
        self.templates
    }

    /// Returns the time and randomness of the rendering, and the cluster.
    pub fn environment(&self) -> &'a Environment {
        &self.templates.environment
    }

    /// Renders another template of the set to bytes, as `include` does.
    ///
    /// # Errors
    /// Go's errors, and the [`Limits`](crate::Limits) of the whole rendering.
    pub fn render(&mut self, name: impl Into<Str>, data: Value) -> Result<Str> {
        let name = name.into();
        self.run.rendering.push(name.clone());
        let mut out = self.run.spare.pop().unwrap_or_default();
        let done = render_in(self.templates, &name, data, self.run, &mut out).map(|()| Str::from(out.as_slice()));
        self.run.rendering.pop();
        out.clear();
        self.run.spare.push(out);
        done
    }

    /// Returns how many renderings of a template by [`Caller::render`] are nested at this point.
    pub fn renderings(&self, name: &Str) -> usize {
        self.run.rendering.iter().filter(|other| *other == name).count()
    }

    /// Renders a text that was parsed into `templates`, as `tpl` does with a [`Templates::child`] of
    /// [`Caller::templates`].
    ///
    /// # Errors
    /// Go's errors, and the [`Limits`](crate::Limits) of the whole rendering.
    pub fn render_parsed(&mut self, templates: &Arc<Templates>, parsed: &Parsed, data: Value) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        if let Some(tree) = &parsed.0 {
            render_tree(templates, tree, data, self.run, &mut out)?;
        }
        Ok(out)
    }

    /// Counts steps of a function in addition to the call itself, such as the items of a long list.
    ///
    /// # Errors
    /// The limit on steps.
    pub fn spend(&mut self, steps: u64) -> std::result::Result<(), CallError> {
        self.run.steps = self.run.steps.saturating_add(steps);
        if self.run.steps > self.run.limits.steps {
            let message = format!("the template takes more than {} steps", self.run.limits.steps);
            return Err(CallError::limit(message));
        }
        Ok(())
    }

    /// Counts bytes that a function allocates in addition to the text or list that it returns, such as nested values.
    ///
    /// # Errors
    /// The limit on allocated bytes.
    pub fn allocate(&mut self, bytes: usize) -> std::result::Result<(), CallError> {
        self.run.allocate(bytes)
    }

    pub(crate) fn callee(&self) -> String {
        self.first.as_ref().map(TreeDisplay::to_string).unwrap_or_default()
    }

    /// Calls a function. The arguments are checked as those in a template.
    ///
    /// # Errors
    /// The error of the function, and Go's error for a wrong number or type of arguments.
    pub fn call(&mut self, function: &Function, args: &[Value]) -> std::result::Result<Value, CallError> {
        let signature = Signature::from(function);
        signature.count(args.len(), args.len())?;
        let mut checked = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            checked.push(fit(Evaluated::from(arg.clone()), signature.param(index))?);
        }
        let stop = match &function.run {
            function::Run::Call(call) => return call(self, Args(&checked)),
            function::Run::And => false,
            function::Run::Or => true,
        };
        let last = checked.pop().unwrap_or_default();
        Ok(checked.into_iter().find(|arg| arg.truth() == stop).unwrap_or(last))
    }
}

impl<'t> State<'t, '_> {
    /// Evaluates one command of a pipeline. `last` is the value of the previous command.
    pub(super) fn command(
        &mut self,
        dot: &Evaluated,
        command: &'t Command,
        last: Option<Evaluated>,
    ) -> Result<Evaluated> {
        let Some((first, args)) = command.args.split_first() else { return Ok(Evaluated::default()) };
        match &first.kind {
            ArgKind::Field(_) | ArgKind::Chain(..) => return self.chain(dot, first, MethodArgs { args, last }),
            ArgKind::Variable(_, fields) if !fields.is_empty() => {
                return self.chain(dot, first, MethodArgs { args, last });
            }
            ArgKind::Function(function) => {
                self.spot = ErrorContext::Arg(first);
                return self.function(dot, function, ErrorContext::Command(command), args, last);
            }
            ArgKind::Pipe(pipe) => {
                self.no_arguments(first, args, &last)?;
                return self.deeper(|state| state.pipe(dot, pipe));
            }
            _ => {}
        }
        self.spot = ErrorContext::Arg(first);
        if let ArgKind::Variable(variable, _) = &first.kind {
            let got = self.variable(variable)?;
            self.no_arguments(first, args, &last)?;
            return Ok(got);
        }
        self.no_arguments(first, args, &last)?;
        match &first.kind {
            ArgKind::Nil => self.fail("nil is not a command"),
            _ => self.constant(dot, first),
        }
    }

    fn no_arguments(&self, first: &Arg, args: &[Arg], last: &Option<Evaluated>) -> Result<()> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        self.fail(format!("can't give argument to non-function {}", TreeDisplay(first, self.source())))
    }

    fn variable(&self, variable: &Variable) -> Result<Evaluated> {
        match self.vars.iter().rev().find(|(known, _)| *known == variable.id) {
            Some((_, got)) => Ok(got.clone()),
            None => self.fail(format!("undefined variable: {}", variable.name.of(self.source()))),
        }
    }

    /// Evaluates `.a.b`, `$x.a.b` or `(pipe).a.b`.
    fn chain(&mut self, dot: &Evaluated, node: &'t Arg, given: MethodArgs<'t>) -> Result<Evaluated> {
        self.spot = ErrorContext::Arg(node);
        match &node.kind {
            ArgKind::Field(fields) => self.fields(dot, dot.clone(), *fields, node, given),
            ArgKind::Variable(variable, fields) => {
                let from = self.variable(variable)?;
                self.fields(dot, from, *fields, node, given)
            }
            ArgKind::Chain(base, fields) => {
                let from = self.any(dot, base)?;
                self.fields(dot, from, *fields, node, given)
            }
            _ => self.constant(dot, node),
        }
    }

    /// Evaluates a constant whose syntax determines its type.
    fn constant(&mut self, dot: &Evaluated, arg: &'t Arg) -> Result<Evaluated> {
        self.spot = ErrorContext::Arg(arg);
        let value = match &arg.kind {
            ArgKind::Bool(value) => Value::Bool(*value),
            ArgKind::Str(_, text) => Value::Str(text.clone()),
            ArgKind::Dot => return Ok(dot.clone()),
            ArgKind::Number(number) => return self.ideal(number).map(Evaluated::from),
            _ => {
                return {
                    let arg = TreeDisplay(arg, self.source());
                    self.fail(format!("can't handle assignment of {arg} to empty interface argument"))
                };
            }
        };
        Ok(Evaluated::from(value))
    }

    fn ideal(&self, number: &Number) -> Result<Value> {
        if let Some((real, imaginary)) = number.complex {
            return Ok(Value::Complex(real, imaginary));
        }
        let text = &number.text;
        let is_hex = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x")) && !text.contains(['p', 'P']);
        let is_float = !is_hex && !text.starts_with('\'') && text.contains(['.', 'e', 'E', 'p', 'P']);
        match (number.float, number.int) {
            (Some(float), _) if is_float => Ok(Value::Float(float)),
            (_, Some(int)) => Ok(Value::int(int)),
            _ => self.fail(format!("{text} overflows int")),
        }
    }

    /// Evaluates an argument for a parameter of any type.
    fn any(&mut self, dot: &Evaluated, arg: &'t Arg) -> Result<Evaluated> {
        self.spot = ErrorContext::Arg(arg);
        match &arg.kind {
            ArgKind::Dot => Ok(dot.clone()),
            ArgKind::Nil => Ok(Evaluated { value: Value::Nil, iface: true }),
            ArgKind::Variable(variable, fields) if fields.is_empty() => self.variable(variable),
            ArgKind::Field(_) | ArgKind::Chain(..) | ArgKind::Variable(..) => {
                self.chain(dot, arg, MethodArgs::default())
            }
            ArgKind::Pipe(pipe) => self.deeper(|state| state.pipe(dot, pipe)),
            ArgKind::Function(function) => self.function(dot, function, ErrorContext::Arg(arg), &[], None),
            _ => self.constant(dot, arg),
        }
    }

    /// Evaluates an argument for a parameter of the given type.
    fn argument(&mut self, dot: &Evaluated, arg: &'t Arg, param: Type) -> Result<Evaluated> {
        self.spot = ErrorContext::Arg(arg);
        match (&arg.kind, param) {
            (ArgKind::Nil, _) => match zero(param) {
                Some(value) => Ok(Evaluated { value, iface: param == Type::Any }),
                None => self.fail(format!("cannot assign nil to {}", param.name())),
            },
            (ArgKind::Bool(_) | ArgKind::Str(..) | ArgKind::Number(_), Type::Any | Type::Reflect) => {
                self.constant(dot, arg)
            }
            (ArgKind::Bool(_) | ArgKind::Str(..) | ArgKind::Number(_), _) => self.typed_constant(arg, param),
            _ => {
                let got = self.any(dot, arg)?;
                let iface = got.iface;
                let value = fit(got, param).or_else(|reason| self.fail(reason))?;
                Ok(Evaluated { value, iface })
            }
        }
    }

    fn typed_constant(&self, arg: &Arg, param: Type) -> Result<Evaluated> {
        let number = if let ArgKind::Number(number) = &arg.kind { Some(number) } else { None };
        let (value, wanted) = match param {
            Type::Bool => match &arg.kind {
                ArgKind::Bool(value) => (Some(Value::Bool(*value)), "bool"),
                _ => (None, "bool"),
            },
            Type::Str => match &arg.kind {
                ArgKind::Str(_, text) => (Some(Value::Str(text.clone())), "string"),
                _ => (None, "string"),
            },
            Type::Int | Type::Int64 => {
                let kind = if param == Type::Int { IntKind::Int } else { IntKind::Int64 };
                (number.and_then(|number| number.int).map(|int| Value::Int(int, kind)), "integer")
            }
            Type::Uint(kind) => {
                (number.and_then(|number| number.uint).map(|uint| Value::Uint(uint, kind)), "unsigned integer")
            }
            Type::Float64 => (number.and_then(|number| number.float).map(Value::Float), "float"),
            _ => {
                return self.fail(format!(
                    "can't handle {} for arg of type {}",
                    TreeDisplay(arg, self.source()),
                    param.name()
                ));
            }
        };
        match value {
            Some(value) => Ok(Evaluated::from(value)),
            None => self.fail(format!("expected {wanted}; found {}", TreeDisplay(arg, self.source()))),
        }
    }

    fn function(
        &mut self,
        dot: &Evaluated,
        function: &Function,
        node: ErrorContext<'t>,
        args: &'t [Arg],
        last: Option<Evaluated>,
    ) -> Result<Evaluated> {
        let stop = match &function.run {
            function::Run::Call(call) => {
                let mut checked = Checked::default();
                self.arguments(&mut checked, dot, function.into(), args, last)?;
                return self.invoke(function.name, &**call, &checked, node, args);
            }
            function::Run::And => false,
            function::Run::Or => true,
        };
        let given = args.len() + usize::from(last.is_some());
        let signature = Signature { variadic: true, ..function.into() };
        signature.count(given, args.len()).or_else(|reason| self.fail(reason))?;
        let mut got = Evaluated::default();
        for arg in args {
            got = self.argument(dot, arg, Type::Reflect)?;
            if got.value.truth() == stop {
                return Ok(got);
            }
        }
        Ok(last.unwrap_or(got))
    }

    /// Evaluates the arguments of a call and checks them.
    pub(super) fn arguments(
        &mut self,
        checked: &mut Checked,
        dot: &Evaluated,
        signature: Signature<'_>,
        args: &'t [Arg],
        last: Option<Evaluated>,
    ) -> Result<()> {
        let given = args.len() + usize::from(last.is_some());
        signature.count(given, args.len()).or_else(|reason| self.fail(reason))?;
        for (index, arg) in args.iter().enumerate() {
            checked.push(self.argument(dot, arg, signature.param(index))?);
        }
        if let Some(last) = last {
            let iface = last.iface;
            let value = fit(last, signature.param(args.len())).or_else(|reason| self.fail(reason))?;
            checked.push(Evaluated { value, iface });
        }
        Ok(())
    }

    pub(super) fn invoke(
        &mut self,
        name: &str,
        call: &Code<'_>,
        args: &Checked,
        node: ErrorContext<'t>,
        written: &[Arg],
    ) -> Result<Evaluated> {
        self.step()?;
        let &Checked { ref values, untyped_nil } = args;
        let done = self.deeper(|state| {
            let first = written.first().map(|arg| TreeDisplay(arg, state.source()));
            let mut caller = Caller { templates: state.templates, run: &mut *state.run, untyped_nil, first };
            Ok(call(&mut caller, Args(values)))
        })?;
        match done {
            Ok(value) => {
                if let Err(limit) = self.run.allocate(weight(&value)) {
                    self.spot = node;
                    return self.fail_as(ErrorKind::Limit, limit.message);
                }
                let iface = value.is_nil();
                Ok(Evaluated { value, iface })
            }
            Err(error) => {
                self.spot = node;
                Err(self.function_error(name, error))
            }
        }
    }
}
