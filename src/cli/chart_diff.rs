//! `mkmanifests chart diff-helm`: what another release of Helm changes for a chart.

use std::fmt::Write as _;

use clap::{ArgMatches, Args};
use similar::TextDiff;

use super::args;
use super::chart_args::{InputArgs, PartsArgs, SchemaArgs, SourceArgs, helm_release, load, options};
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error};
use crate::chart::{
    self, Comparison, DocumentChange, HelmRelease, Loaded, Options, RenderOptions, Request, SymbolicLinks, UnusedValues,
};
use crate::diagnostic::{Failure, Sources};
use crate::patch::Patches;
use crate::values::Values;

/// The flags of `chart diff-helm`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// Release of Helm that is used today, such as 3.17
    #[arg(long, value_name = "VERSION", required = true)]
    from: Option<String>,

    /// Release of Helm to compare with [default: 4.3]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Also print the differences in blank lines
    #[arg(long)]
    exact: bool,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    parts: PartsArgs,

    #[command(flatten)]
    schema: SchemaArgs,
}

/// Context lines around each difference.
const CONTEXT: usize = 3;

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: DiffArgs = args::read(matches)?;
    let from = helm_release("--from", args.from.as_deref())?;
    let to = helm_release("--to", args.to.as_deref())?;
    let path = args.source.path.clone().unwrap_or_default();
    let mut sources = Sources::default();
    let links = if args.schema.no_external_links { SymbolicLinks::InsideChart } else { SymbolicLinks::All };
    let Loaded { chart, .. } = load(&path, links, &mut sources)?;
    let base = Values { sources, ..Values::default() };
    let layers = args.input.values.layers(matches, &base, |(index, flag, _)| (*flag, *index), console);
    let comparison = chart::compare(from, to, |render_as| {
        let mut layers = layers.clone();
        layers.helm(render_as.helm);
        let user = layers.overlaid()?;
        let fail = |diagnostic| Failure::new(vec![diagnostic], Sources::default());
        let options = options(&args.source, &args.input, &args.schema, render_as).map_err(fail)?;
        chart::template(&chart, &user, request(options, &args.parts))
    })?;
    let text = report(&comparison, from, to, args.exact);
    console.stdout.write_all(text.as_bytes())?;
    console.stdout.flush()?;
    Ok(if comparison.has_content() { CHECK_FAILED } else { DONE })
}

/// Renders without validation and without the search for unused values, and reproducibly.
fn request(options: Options, parts: &PartsArgs) -> Request {
    let PartsArgs { include_crds, no_hooks, skip_tests } = *parts;
    let rendering =
        RenderOptions { include_crds, no_hooks, skip_tests, deterministic: true, ..RenderOptions::default() };
    Request { options, rendering, unused_values: UnusedValues::Ignore, patches: Patches::default(), check: false }
}

/// Returns what is printed: the number of differences, their causes, and the differences.
fn report(comparison: &Comparison, from: HelmRelease, to: HelmRelease, exact: bool) -> String {
    let names = [from.to_string(), to.to_string()];
    let mut text = String::new();
    summarize(comparison, &names, &mut text);
    for (cause, has_content) in &comparison.causes {
        let blank = if *has_content { "" } else { " (blank lines only)" };
        let since = cause.releases().map(|releases| format!(" Since {releases}.")).unwrap_or_default();
        let _ = writeln!(text, "- {}{blank}: {}{since}", cause.name(), cause.summary(from, to));
    }
    for (name, error) in names.iter().zip(&comparison.errors) {
        let Some(error) = error else { continue };
        let _ = writeln!(text, "\nHelm {name} fails:");
        error.lines().for_each(|line| text.push_str(&(format!("  {line}").trim_end().to_owned() + "\n")));
    }
    let blank_lines = comparison.blank_lines.iter().filter(|_| exact);
    for change in comparison.content.iter().chain(blank_lines) {
        let _ = write!(text, "\n{}", diff(change, &names, exact));
    }
    text
}

fn summarize(comparison: &Comparison, names: &[String; 2], text: &mut String) {
    let [from, to] = names;
    let Comparison { content, blank_lines, documents, reordered, .. } = comparison;
    if comparison.is_empty() {
        let _ = writeln!(text, "Helm {from} and {to} render the same {}.", counted(*documents));
        return;
    }
    if comparison.errors.iter().any(Option::is_some) {
        let renders = if comparison.errors[0].is_none() { from } else { to };
        let _ = writeln!(text, "Only Helm {renders} renders the chart.");
    } else {
        let differ = if content.len() == 1 { "differs" } else { "differ" };
        let changed = counted(content.len());
        let _ = write!(text, "{changed} {differ} between Helm {from} and {to}");
        let _ = match blank_lines.len() {
            0 => writeln!(text, "."),
            blank => writeln!(text, ", and {blank} more in blank lines only."),
        };
    }
    if *reordered {
        text.push_str("The documents are printed in another order.\n");
    }
    text.push_str(match comparison.causes[..] {
        [] => "No single change between the releases causes this.\n",
        _ => "What causes it:\n",
    });
}

/// Returns `1 document` or `3 documents`.
fn counted(documents: usize) -> String {
    if documents == 1 { "1 document".to_owned() } else { format!("{documents} documents") }
}

/// Returns a unified diff. Without `exact`, blank lines at the end are left out.
fn diff(change: &DocumentChange, [from, to]: &[String; 2], exact: bool) -> String {
    let DocumentChange { title, from: before, to: after } = change;
    let cut = |text: &String| if exact { format!("{text}\n") } else { format!("{}\n", text.trim_end()) };
    let line = |text: &Option<String>| text.as_ref().map(cut).unwrap_or_default();
    let (before, after) = (line(before), line(after));
    let diff = TextDiff::from_lines(&before, &after);
    let (from, to) = (format!("{title} (Helm {from})"), format!("{title} (Helm {to})"));
    diff.unified_diff().context_radius(CONTEXT).missing_newline_hint(false).header(&from, &to).to_string()
}
