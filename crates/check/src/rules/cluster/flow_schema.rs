//! FlowSchemas: which requests have which priority level.

use k8s_openapi::api::flowcontrol::v1::{
    FlowSchema, FlowSchemaSpec, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject,
};

use super::super::common::{list, required_text, text};
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
    matching_precedence(report, &at.field("matchingPrecedence"), text(&object.metadata.name), spec);
    priority_level(report, &at, spec);
    let at = at.field("rules");
    for (index, rule) in list(&spec.rules).iter().enumerate() {
        flow_rule(report, &at.index(index), rule);
    }
}

fn flow_rule(report: &mut Report<'_>, at: &Path<'_>, flow: &PolicyRulesWithSubjects) {
    rule(report, at, flow);
    let at_subjects = at.field("subjects");
    for (index, each) in flow.subjects.iter().enumerate() {
        subject(report, &at_subjects.index(index), each);
    }
    let at_resources = at.field("resourceRules");
    for (index, rule) in list(&flow.resource_rules).iter().enumerate() {
        resource_rule(report, &at_resources.index(index), rule);
    }
    let at_urls = at.field("nonResourceRules");
    for (index, rule) in list(&flow.non_resource_rules).iter().enumerate() {
        non_resource_rule(report, &at_urls.index(index), rule);
    }
}

/// The area of the rules below.
const AREA: &str = "flowschema";

rules!(
    /// `matchingPrecedence` must be between 1 and 10000; 1 is reserved for the FlowSchema `exempt`.
    ///
    /// Example: `spec: {matchingPrecedence: 1}`
    ///
    /// Source: `ValidateFlowSchemaSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn matching_precedence(report: &mut Report<'_>, at: &Path<'_>, name: &str, spec: &FlowSchemaSpec) {
        // The default is 1000, also for 0.
        match spec.matching_precedence.unwrap_or_default() {
            1 if name != "exempt" => report.error(at, "1 is reserved for the FlowSchema `exempt`"),
            0..=10000 => {}
            precedence => report.error(at, format_args!("must be between 1 and 10000, found {precedence}")),
        }
    },

    /// `priorityLevelConfiguration.name` is required and must be a DNS subdomain; `distinguisherMethod.type` must be
    /// `ByUser` or `ByNamespace`.
    ///
    /// Example: `spec: {distinguisherMethod: {type: ByVerb}}`
    ///
    /// Source: `ValidateFlowSchemaSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn priority_level(report: &mut Report<'_>, at: &Path<'_>, spec: &FlowSchemaSpec) {
        if let Some(method) = &spec.distinguisher_method {
            report.one_of(&at.field("distinguisherMethod.type"), &method.type_, &["ByNamespace", "ByUser"]);
        }
        let at = at.field("priorityLevelConfiguration.name");
        match spec.priority_level_configuration.name.as_str() {
            "" => report.required(&at, "the name of the PriorityLevelConfiguration"),
            name => report.require(&at, dns_subdomain(name)),
        }
    },

    /// A rule must have `subjects`, and `resourceRules` or `nonResourceRules`.
    ///
    /// Example: `spec: {rules: [{subjects: [{kind: User, user: {name: a}}]}]}`
    ///
    /// Source: `ValidateFlowSchemaPolicyRulesWithSubjects`, pkg/apis/flowcontrol/validation/validation.go
    fn rule(report: &mut Report<'_>, at: &Path<'_>, rule: &PolicyRulesWithSubjects) {
        if rule.subjects.is_empty() {
            report.required(&at.field("subjects"), "at least one subject");
        }
        if list(&rule.resource_rules).is_empty() && list(&rule.non_resource_rules).is_empty() {
            report.required(at, "set `resourceRules` or `nonResourceRules`");
        }
    },

    /// A subject must have the `kind` `User`, `Group` or `ServiceAccount`, and only the field of that kind, with a
    /// name; `serviceAccount` must also have a `namespace`.
    ///
    /// Example: `spec: {rules: [{subjects: [{kind: User}], nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]}]}`
    ///
    /// Source: `ValidateFlowSchemaSubject`, pkg/apis/flowcontrol/validation/validation.go
    fn subject(report: &mut Report<'_>, at: &Path<'_>, subject: &Subject) {
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
            ("User", _, Some(user), _) => {
                required_text(report, &at.field("user.name"), &user.name, "the name of the user")
            }
            ("Group", _, _, Some(group)) => {
                required_text(report, &at.field("group.name"), &group.name, "the name of the group")
            }
            ("ServiceAccount", Some(account), ..) => {
                match account.name.as_str() {
                    "" => report
                        .required(&at.field("serviceAccount.name"), "the name of the ServiceAccount; `*` matches all"),
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

    /// A resource rule must have known `verbs`, `apiGroups` and `resources`, and `namespaces` or `clusterScope: true`;
    /// `*` must be the only item of its list.
    ///
    /// Source: `ValidateFlowSchemaResourcePolicyRule`, pkg/apis/flowcontrol/validation/validation.go
    fn resource_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &ResourcePolicyRule) {
        verbs(report, &at.field("verbs"), &rule.verbs);
        items_or_wildcard(report, &at.field("apiGroups"), &rule.api_groups);
        items_or_wildcard(report, &at.field("resources"), &rule.resources);
        let namespaces = list(&rule.namespaces);
        let at = at.field("namespaces");
        if !namespaces.is_empty() || rule.cluster_scope != Some(true) {
            items_or_wildcard(report, &at, namespaces);
        }
        for (index, namespace) in namespaces.iter().enumerate().filter(|_| !has_wildcard(namespaces)) {
            report.require(&at.index(index), dns_label(namespace));
        }
    },

    /// A non-resource rule must have known `verbs`, and `nonResourceURLs` that start with `/` and may end with `/*`;
    /// `*` must be the only item of its list.
    ///
    /// Example: `spec: {rules: [{subjects: [{kind: User, user: {name: a}}], nonResourceRules: [{verbs: [read], nonResourceURLs: [/]}]}]}`
    ///
    /// Source: `ValidateFlowSchemaNonResourcePolicyRule`, pkg/apis/flowcontrol/validation/validation.go
    fn non_resource_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &NonResourcePolicyRule) {
        verbs(report, &at.field("verbs"), &rule.verbs);
        let at = at.field("nonResourceURLs");
        items_or_wildcard(report, &at, &rule.non_resource_urls);
        for (index, url) in rule.non_resource_urls.iter().enumerate().filter(|_| !has_wildcard(&rule.non_resource_urls))
        {
            report.require(&at.index(index), url_path(url));
        }
    }
);

fn has_wildcard(items: &[String]) -> bool {
    items.iter().any(|item| item == "*")
}

fn items_or_wildcard(report: &mut Report<'_>, at: &Path<'_>, items: &[String]) {
    if items.is_empty() {
        report.required(at, "at least one item; `*` matches all");
    } else if items.len() > 1 && has_wildcard(items) {
        report.error(at, "`*` must be the only item");
    }
}

fn verbs(report: &mut Report<'_>, at: &Path<'_>, verbs: &[String]) {
    items_or_wildcard(report, at, verbs);
    if let Some(verb) = verbs.iter().find(|verb| !VERBS.contains(&verb.as_str())).filter(|_| !has_wildcard(verbs)) {
        report.not_supported(at, verb, &VERBS);
    }
}

fn url_path(path: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{path:?} is not a valid URL path: {why}"));
    match path {
        "/" => Ok(()),
        "" => refuse("may not be empty"),
        _ if !path.starts_with('/') => refuse("must start with `/`"),
        _ if path.contains(' ') => refuse("may not contain spaces"),
        _ if path.contains("//") => refuse("may not contain `//`"),
        _ if path.matches('*').count() > 1 || (path.contains('*') && !path.ends_with("/*")) => {
            refuse("`*` must be the last segment")
        }
        _ => Ok(()),
    }
}
