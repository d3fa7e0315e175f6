"""What people see of a verdict: report, code, files, certificate, command line, tests and pages."""
