/* The menu behind the initials of whoever is logged in. */
import { ActionIcon, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useServices } from '@/data/services';
import { pagesOf } from '@/data/workplaces';
import { useTexts } from '@/texts';
import { PersonIcon } from './icons';
import { useMember } from './StaffGate';

export function StaffMenu() {
  const t = useTexts();
  const { staff, config } = useServices();
  const member = useMember();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={t.app.signedInAs(member.name)} color="gray" c="inherit">
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.app.signedInAs(member.name)}</Menu.Label>
        {pagesOf(member.role, config.modules).map((page) => (
          <Menu.Item key={page} onClick={() => void navigate({ to: page })}>
            {t.staff.pageNames[page.slice(1)]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void staff.signOut()}>{t.app.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
