import Settings

/// How a report is written.
typealias ReportFormat = ReceiverSettings.Reports.Format
