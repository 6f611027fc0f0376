//! `mkmanifests template DIR`.

use std::path::Path;

use clap::ArgMatches;

use super::args::RenderArgs;
use super::console::Console;
use super::{Error, args, output, usage};
use crate::release::Release;
use crate::template::{self, Folder};

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: RenderArgs = args::read(matches)?;
    let kube_version = output::check_flags(&args)?;
    let dir = matches.get_one::<String>("dir").map_or("", String::as_str);
    let named = matches.get_one::<String>("release");
    if let Some(diagnostic) = usage::template_arguments(Path::new(dir), named.map(String::as_str), &console.words) {
        return Err(diagnostic.into());
    }
    let folder = Folder::read(Path::new(dir))?;
    let defaults = folder.defaults()?;
    let mut values = args.layers(matches, &defaults, console).merge()?;
    let cluster = args.cluster.clone().unwrap_or_default();
    let release = Release {
        name: folder.release_name(named.map(String::as_str), &cluster).to_owned(),
        namespace: args.namespace.clone().unwrap_or_else(|| template::NAMESPACE.to_owned()),
        cluster,
        kube_version,
        ..Release::default()
    };
    let patches = args::patches(&args.patch, &mut values.sources, console)?;
    let rendered = template::render(&folder, &values, &release, &patches)?;
    output::print(rendered, &args, None, console)
}
