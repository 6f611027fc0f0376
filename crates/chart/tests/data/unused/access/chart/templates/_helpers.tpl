{{- define "access.context" }}{{ .context.Values.included.read }}{{ end }}
{{- define "access.value" }}{{ .value.read }}{{ end }}
{{- define "access.dot" }}{{ .read }}{{ end }}
{{- define "access.never" }}{{ .Values.field.unread }}{{ toYaml .Values }}{{ end }}
{{- define "access.byPath" }}
{{- $found := .context.Values }}
{{- range splitList "." .path }}{{ $found = index $found . }}{{ end }}
{{- $found }}
{{- end }}
