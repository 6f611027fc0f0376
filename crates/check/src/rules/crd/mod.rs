//! CustomResourceDefinitions.
//!
//! Before validation an API server moves fields that all versions have in common to the top: it reports
//! `spec.validation`, not `spec.versions[0].schema`. Paths here do the same.

mod conversion;
mod costs;
mod defaults;
mod expressions;
mod fields;
mod lists;
mod names;
mod open_api;
mod serving;
mod structural;
mod value;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionVersion, CustomResourceSubresources, CustomResourceValidation,
    JSONSchemaProps,
};

use super::common::{duplicates, list, text};
use super::meta;
use super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::{Rule, rules};
use crate::syntax::dns_1035_label;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        RULES,
        conversion::RULES,
        costs::RULES,
        defaults::RULES,
        expressions::RULES,
        fields::RULES,
        lists::RULES,
        names::RULES,
        open_api::RULES,
        serving::RULES,
        structural::RULES,
    ];
    files.into_iter().flatten()
}

pub(crate) fn custom_resource_definition(object: &CustomResourceDefinition, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let spec = &object.spec;
    let at = Path::ROOT.field("spec");
    names::names(report, object);
    preserve_unknown_fields(report, &at, spec.preserve_unknown_fields == Some(true));
    storage_version(report, &at.field("versions"), &spec.versions);
    for (index, version) in spec.versions.iter().enumerate() {
        version_name(report, &at.field("versions").index(index), version);
    }
    schemas(report, &at, &spec.versions);
    served(report, &at, &spec.versions);
    conversion::conversion(report, &at.field("conversion"), spec.conversion.as_ref());
}

type Version = CustomResourceDefinitionVersion;

/// Returns whether `is_same` is true for all versions.
fn is_alike(versions: &[Version], is_same: impl Fn(&Version, &Version) -> bool) -> bool {
    versions.windows(2).all(|pair| is_same(&pair[0], &pair[1]))
}

/// Returns whether Go regards a character as printable: the only white space is the ASCII space.
///
/// Source: `IsPrint`, Go unicode/graphic.go
fn is_printed(char: char) -> bool {
    let is_format = matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    char == ' ' || !(char.is_control() || char.is_whitespace() || is_format)
}

fn has_status(subresources: Option<&CustomResourceSubresources>) -> bool {
    subresources.is_some_and(|subresources| subresources.status.is_some())
}

fn open_api_of(schema: Option<&CustomResourceValidation>) -> Option<&JSONSchemaProps> {
    schema.and_then(|schema| schema.open_api_v3_schema.as_ref())
}

fn schemas(report: &mut Report<'_>, at: &Path<'_>, versions: &[CustomResourceDefinitionVersion]) {
    let at_versions = at.field("versions");
    let any_status = versions.iter().any(|version| has_status(version.subresources.as_ref()));
    let is_alike = is_alike(versions, |one, other| one.schema == other.schema);
    for (index, version) in versions.iter().enumerate() {
        let at = at_versions.index(index);
        let at = at.field("schema");
        let Some(schema) = open_api_of(version.schema.as_ref()) else {
            required_schema(report, &at.field("openAPIV3Schema"));
            continue;
        };
        if !is_alike {
            let has_status = has_status(version.subresources.as_ref());
            open_api::schema(report, &at.field("openAPIV3Schema"), schema, has_status);
        } else if index == 0 {
            let at = Path::moved("spec.validation", &at);
            open_api::schema(report, &at.field("openAPIV3Schema"), schema, any_status);
        }
    }
}

fn served(report: &mut Report<'_>, at: &Path<'_>, versions: &[CustomResourceDefinitionVersion]) {
    let subresources = is_alike(versions, |one, other| one.subresources == other.subresources);
    let columns = is_alike(versions, |one, other| {
        list(&one.additional_printer_columns) == list(&other.additional_printer_columns)
    });
    let selectable = is_alike(versions, |one, other| list(&one.selectable_fields) == list(&other.selectable_fields));
    let at_versions = at.field("versions");
    for (index, version) in versions.iter().enumerate() {
        let own = at_versions.index(index);
        let path = |is_alike: bool, field: &'static str| (!is_alike || index == 0).then_some((is_alike, field));
        if let (Some((is_moved, field)), Some(declared)) = (path(subresources, "subresources"), &version.subresources) {
            let own = own.field(field);
            let at = if is_moved { Path::moved("spec.subresources", &own) } else { own };
            serving::subresources(report, &at, &own, declared);
        }
        if let Some((is_moved, field)) = path(columns, "additionalPrinterColumns") {
            let own = own.field(field);
            let at = if is_moved { Path::moved("spec.additionalPrinterColumns", &own) } else { own };
            serving::columns(report, &at, list(&version.additional_printer_columns));
        }
        if let Some((is_moved, field)) = path(selectable, "selectableFields") {
            let own = own.field(field);
            let at = if is_moved { Path::moved("spec.selectableFields", &own) } else { own };
            fields::selectable(report, &at, list(&version.selectable_fields), open_api_of(version.schema.as_ref()));
        }
    }
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// `preserveUnknownFields` may not be `true`; set `x-kubernetes-preserve-unknown-fields` in the schema instead.
    ///
    /// Example: `spec: {preserveUnknownFields: true}`
    ///
    /// Source: `validatePreserveUnknownFields`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn preserve_unknown_fields(report: &mut Report<'_>, at: &Path<'_>, is_preserved: bool) {
        if is_preserved {
            let message = "may not be `true`: set `x-kubernetes-preserve-unknown-fields` in the schema instead";
            report.error(&at.field("preserveUnknownFields"), message);
        }
    },

    /// Versions must have unique names, and exactly one must have `storage: true`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: false, schema: {openAPIV3Schema: {type: object}}}]}`
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, `ValidateCustomResourceDefinitionStoredVersions`,
    /// apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn storage_version(report: &mut Report<'_>, at: &Path<'_>, versions: &[CustomResourceDefinitionVersion]) {
        let stored = versions.iter().filter(|version| version.storage).count();
        if stored != 1 {
            report.error(at, format_args!("exactly one version must have `storage: true`, found {stored}"));
            // An API server fills it in with the first one.
            let written = Path::ROOT.field("spec.versions");
            report.error_in(
                &Path::ROOT.field("status.storedVersions"),
                &written,
                "must have exactly one version, the one with `storage: true`",
            );
        }
        if duplicates(versions.iter().map(|version| &version.name)).contains(&true) {
            report.error(at, "versions must have unique names");
        }
    },

    /// The name of a version must be a DNS label that starts with a letter; `deprecationWarning` may only be set with
    /// `deprecated: true`, and must have 1 to 256 printable characters.
    ///
    /// Example: `spec: {versions: [{name: '1', served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}`
    ///
    /// Source: `validateCustomResourceDefinitionVersion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn version_name(report: &mut Report<'_>, at: &Path<'_>, version: &CustomResourceDefinitionVersion) {
        report.require(&at.field("name"), dns_1035_label(&version.name));
        let at = at.field("deprecationWarning");
        let warning = text(&version.deprecation_warning);
        match (&version.deprecation_warning, version.deprecated == Some(true)) {
            (None, _) => {}
            (Some(_), false) => report.error(&at, "may only be set with `deprecated: true`"),
            (Some(_), true) if warning.is_empty() => report.error(&at, "may not be empty"),
            (Some(_), true) if warning.len() > 256 => report.error(&at, "must have at most 256 characters"),
            (Some(_), true) if warning.contains(|char| !is_printed(char)) => {
                report.error(&at, format_args!("{warning:?} may not contain non-printable characters"));
            }
            _ => {}
        }
    },

    /// Every version must have `schema.openAPIV3Schema`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true}]}`
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn required_schema(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(
            at,
            "the schema of the version; `type: object` with `x-kubernetes-preserve-unknown-fields: true` allows any fields",
        );
    }
);
