# What the tests need in an empty Redmine: a project each of two customers with an issue, an agent that may write private
# notes and one that may not. Prints it as NAME=value.
Setting.rest_api_enabled = '1'
User.where(login: 'admin').update_all(must_change_passwd: false)

def project(identifier)
  Project.create!(name: identifier, identifier: identifier, is_public: false,
                  enabled_module_names: %w[issue_tracking], trackers: Tracker.all.to_a)
end

def agent(login, projects, permissions)
  user = User.new(firstname: login, lastname: 'Agent', mail: "#{login}@helpdesk.example", language: 'en')
  user.login = login
  user.password = user.password_confirmation = SecureRandom.hex
  user.save!
  role = Role.create!(name: login, permissions: permissions)
  projects.each { |project| Member.create!(project: project, principal: user, roles: [role]) }
  user
end

def issue(project, author, subject)
  Issue.create!(project: project, tracker: project.trackers.first, author: author, subject: subject,
                priority: IssuePriority.default || IssuePriority.first, status: IssueStatus.first)
end

acme = project('acme-vip')
larkspur = project('larkspur-vip')
writer = agent('debrief', [acme, larkspur], %i[view_issues add_issue_notes view_private_notes set_notes_private edit_issues])
limited = agent('reporter', [acme, larkspur], %i[view_issues add_issue_notes])
own = issue(acme, limited, 'Flood against the web shop')
foreign = issue(larkspur, limited, 'Examinations are slow')

puts "REDMINE_KEY=#{writer.api_key}", "REDMINE_LIMITED_KEY=#{limited.api_key}", "REDMINE_PROJECT=#{acme.identifier}",
     "REDMINE_ISSUE=#{own.id}", "REDMINE_FOREIGN_ISSUE=#{foreign.id}"
