//! `mkmanifests ray`, `irsa` and the other components.

use clap::ArgMatches;

use super::args::RenderArgs;
use super::{DONE, Error, Streams, args, output};
use crate::components;
use crate::problem::Problem;
use crate::release::Release;

pub(super) fn run(name: &str, matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let component = components::find(name).ok_or_else(|| Problem::error(format!("no component `{name}`")))?;
    let args: RenderArgs = args::read(matches)?;
    output::check_flags(&args)?;
    let values = args::merge(component.defaults(), &args, matches, component.cluster_key(), streams)?;
    let namespace = args.namespace.as_deref().unwrap_or(component.namespace());
    let release = Release::new(args.cluster.clone().unwrap_or_default(), namespace);
    let asked = component.documents().iter().find(|document| matches.get_flag(document.flag));
    if let Some(document) = asked {
        let text = (document.render)(&values, &release)?;
        streams.stdout.write_all(text.as_bytes())?;
        streams.stdout.flush()?;
        return Ok(DONE);
    }
    let rendered = component.render(&values, &release)?;
    output::print(rendered, &args, matches.get_flag("quiet"), streams)
}
