{{/* A comment does not count. */}}
{{- define "web.labels" -}}
app: {{ .Chart.Name }}
{{- with .Values.labels.team }}
team: {{ . }}
{{- end }}
{{- end }}

{{- define "web.never" -}}
never: called
{{- end }}
