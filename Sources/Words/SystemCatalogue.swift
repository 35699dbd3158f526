/// What the system and the database say in English alone, for people who read Chinese. What stands here is what a wrong
/// path, a missing right or a full disk brings up; anything rarer stays as it is, for whoever looks it up.
extension String {
    package var inChinese: String { Self.systemWords[self] ?? self }

    private static let systemWords = [
        "No such file or directory": "没有这个文件或文件夹",
        "Permission denied": "没有权限",
        "Operation not permitted": "不允许这样做",
        "Is a directory": "这是文件夹，不是文件",
        "Not a directory": "路径里有一段不是文件夹",
        "File exists": "已经有这个文件",
        "File name too long": "文件名太长",
        "Too many levels of symbolic links": "这是符号链接",
        "No space left on device": "磁盘已满",
        "Disk quota exceeded": "磁盘配额已满",
        "Read-only file system": "磁盘是只读的",
        "Input/output error": "磁盘读写出错",
        "Too many open files": "打开的文件太多",
        "Address already in use": "地址已被占用",
        "Cannot assign requested address": "这台机器没有这个地址",
        "Connection refused": "没有程序在那里应答",
        "unable to open database file": "数据库文件打不开",
        "file is not a database": "这不是数据库文件",
        "database disk image is malformed": "数据库文件已损坏",
        "database or disk is full": "磁盘已满",
        "disk I/O error": "磁盘读写出错",
        "it cannot be read": "读不了",
        "it cannot be written": "写不了",
    ]
}
