typealias RecordTime = Timestamp
