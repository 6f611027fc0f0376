//! FlowSchemas: which requests are of which priority.

use k8s_openapi::api::flowcontrol::v1::{
    FlowSchema, FlowSchemaSpec, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject,
};

use super::super::common::{filled, list, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const VERBS: [&str; 9] = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

pub(crate) fn validate(object: &FlowSchema, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = FlowSchemaSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    precedence(report, &at.field("matchingPrecedence"), text(&object.metadata.name), spec);
    flow_level(report, &at, spec);
    let at = at.field("rules");
    for (index, rule) in list(&spec.rules).iter().enumerate() {
        flow_rule(report, &at.index(index), rule);
    }
}

fn flow_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &PolicyRulesWithSubjects) {
    flow_rule_is_complete(report, at, rule);
    let at_subjects = at.field("subjects");
    for (index, subject) in rule.subjects.iter().enumerate() {
        flow_subject(report, &at_subjects.index(index), subject);
    }
    let at_resources = at.field("resourceRules");
    for (index, rule) in list(&rule.resource_rules).iter().enumerate() {
        flow_resources(report, &at_resources.index(index), rule);
    }
    let at_urls = at.field("nonResourceRules");
    for (index, rule) in list(&rule.non_resource_rules).iter().enumerate() {
        flow_urls(report, &at_urls.index(index), rule);
    }
}

rules!(
    /// The precedence of a flow is 1 to 10000; the first is that of the schema `exempt`.
    ///
    /// Source: `ValidateFlowSchemaSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn precedence(report: &mut Report<'_>, at: &Path<'_>, name: &str, spec: &FlowSchemaSpec) {
        // One that is left out, or 0, is 1000.
        match spec.matching_precedence.unwrap_or_default() {
            1 if name != "exempt" => report.error(at, "1 is the precedence of the schema `exempt`"),
            0..=10000 => {}
            precedence => report.error(at, format_args!("{precedence} is out of bounds: 1 to 10000")),
        }
    },

    /// A flow has a level of priority, and tells requests apart by what it can.
    ///
    /// Source: `ValidateFlowSchemaSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn flow_level(report: &mut Report<'_>, at: &Path<'_>, spec: &FlowSchemaSpec) {
        if let Some(method) = &spec.distinguisher_method {
            report.one_of(&at.field("distinguisherMethod.type"), &method.type_, &["ByNamespace", "ByUser"]);
        }
        let at = at.field("priorityLevelConfiguration.name");
        match spec.priority_level_configuration.name.as_str() {
            "" => report.required(&at, "the level of priority"),
            name => report.require(&at, dns_subdomain(name)),
        }
    },

    /// A rule of a flow is for someone and for something.
    ///
    /// Source: `ValidateFlowSchemaPolicyRulesWithSubjects`, pkg/apis/flowcontrol/validation/validation.go
    fn flow_rule_is_complete(report: &mut Report<'_>, at: &Path<'_>, rule: &PolicyRulesWithSubjects) {
        if rule.subjects.is_empty() {
            report.required(&at.field("subjects"), "at least one");
        }
        if list(&rule.resource_rules).is_empty() && list(&rule.non_resource_rules).is_empty() {
            report.required(at, "`resourceRules` or `nonResourceRules`");
        }
    },

    /// A subject is what its kind says, and only that.
    ///
    /// Source: `ValidateFlowSchemaSubject`, pkg/apis/flowcontrol/validation/validation.go
    fn flow_subject(report: &mut Report<'_>, at: &Path<'_>, subject: &Subject) {
        let fields = [
            ("ServiceAccount", "serviceAccount", subject.service_account.is_some()),
            ("User", "user", subject.user.is_some()),
            ("Group", "group", subject.group.is_some()),
        ];
        if !fields.iter().any(|(kind, ..)| *kind == subject.kind) {
            return report.not_supported(&at.field("kind"), &subject.kind, &["Group", "ServiceAccount", "User"]);
        }
        for (kind, field, is_there) in fields {
            if kind == subject.kind && !is_there {
                report.required(&at.field(field), format_args!("`kind` is `{kind}`"));
            } else if kind != subject.kind && is_there {
                report.forbidden(&at.field(field), format_args!("`kind` is `{}`", subject.kind));
            }
        }
        match (subject.kind.as_str(), &subject.service_account, &subject.user, &subject.group) {
            ("User", _, Some(user), _) => filled(report, &at.field("user.name"), &user.name, "the user"),
            ("Group", _, _, Some(group)) => filled(report, &at.field("group.name"), &group.name, "the group"),
            ("ServiceAccount", Some(account), ..) => {
                match account.name.as_str() {
                    "" => report.required(&at.field("serviceAccount.name"), "the ServiceAccount; `*` is all of them"),
                    "*" => {}
                    name => report.require(&at.field("serviceAccount.name"), dns_subdomain(name)),
                }
                match account.namespace.as_str() {
                    "" => report.required(&at.field("serviceAccount.namespace"), "the namespace of the ServiceAccount"),
                    namespace => report.require(&at.field("serviceAccount.namespace"), dns_label(namespace)),
                }
            }
            _ => {}
        }
    },

    /// Requests for resources are told by verbs, groups, resources and namespaces; `*` stands alone.
    ///
    /// Source: `ValidateFlowSchemaResourcePolicyRule`, pkg/apis/flowcontrol/validation/validation.go
    fn flow_resources(report: &mut Report<'_>, at: &Path<'_>, rule: &ResourcePolicyRule) {
        verbs(report, &at.field("verbs"), &rule.verbs);
        some_or_all(report, &at.field("apiGroups"), &rule.api_groups);
        some_or_all(report, &at.field("resources"), &rule.resources);
        let namespaces = list(&rule.namespaces);
        let at = at.field("namespaces");
        if !namespaces.is_empty() || rule.cluster_scope != Some(true) {
            some_or_all(report, &at, namespaces);
        }
        for (index, namespace) in namespaces.iter().enumerate().filter(|_| !has_all(namespaces)) {
            report.require(&at.index(index), dns_label(namespace));
        }
    },

    /// Requests for no resource are told by verbs and by paths, which may end with `/*`; `*` stands alone.
    ///
    /// Source: `ValidateFlowSchemaNonResourcePolicyRule`, pkg/apis/flowcontrol/validation/validation.go
    fn flow_urls(report: &mut Report<'_>, at: &Path<'_>, rule: &NonResourcePolicyRule) {
        verbs(report, &at.field("verbs"), &rule.verbs);
        let at = at.field("nonResourceURLs");
        some_or_all(report, &at, &rule.non_resource_urls);
        for (index, url) in rule.non_resource_urls.iter().enumerate().filter(|_| !has_all(&rule.non_resource_urls)) {
            report.require(&at.index(index), url_path(url));
        }
    }
);

fn has_all(items: &[String]) -> bool {
    items.iter().any(|item| item == "*")
}

fn some_or_all(report: &mut Report<'_>, at: &Path<'_>, items: &[String]) {
    if items.is_empty() {
        report.required(at, "at least one; `*` is all of them");
    } else if items.len() > 1 && has_all(items) {
        report.error(at, "`*` stands alone");
    }
}

fn verbs(report: &mut Report<'_>, at: &Path<'_>, verbs: &[String]) {
    some_or_all(report, at, verbs);
    if let Some(verb) = verbs.iter().find(|verb| !VERBS.contains(&verb.as_str())).filter(|_| !has_all(verbs)) {
        report.not_supported(at, verb, &VERBS);
    }
}

fn url_path(path: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{path:?} is no path: {why}"));
    match path {
        "/" => Ok(()),
        "" => refuse("it is empty"),
        _ if !path.starts_with('/') => refuse("it begins with `/`"),
        _ if path.contains(' ') => refuse("it has no blanks"),
        _ if path.contains("//") => refuse("it has no `//`"),
        _ if path.matches('*').count() > 1 || (path.contains('*') && !path.ends_with("/*")) => {
            refuse("`*` is its last part")
        }
        _ => Ok(()),
    }
}
