{{- define "lib.labels" -}}
app: {{ .Chart.Name }}
who: {{ .Values.global.who }}
{{- end -}}
{{- define "shared" -}}of the library{{- end -}}
