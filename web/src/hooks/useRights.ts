/* What the one who is signed in may do, for showing what can be asked: nothing until it is known. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { rightsOf, rightsQuery, type Rights } from '@/data/desk';
import { useServices } from '@/data/services';

export function useRights(): Rights {
  const { staffApi } = useServices();
  const { data } = useQuery(rightsQuery(staffApi));
  return useMemo(() => rightsOf(data), [data]);
}
